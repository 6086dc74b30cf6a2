using System.CommandLine;
using System.Globalization;
using SlurmBanking.Cli.Messages;

namespace SlurmBanking.Cli.Commands;

/// <summary>Options that are a day or a time, as sacct takes it: this host's time where it says nothing else.</summary>
internal static class TimeOption
{
    public static Option<DateTimeOffset?> Create(string name, string description) =>
        new(name)
        {
            Description = description,
            CustomParser = static result =>
            {
                var text = result.Tokens[0].Value;
                if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time))
                {
                    return time;
                }

                result.AddError(Failures.NoTime(text));
                return null;
            },
        };
}
