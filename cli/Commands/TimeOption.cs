using System.CommandLine;
using System.Globalization;

namespace SlurmBanking.Cli.Commands;

/// <summary>Options that are a day or a time, in UTC.</summary>
internal static class TimeOption
{
    public static Option<DateTimeOffset?> Create(string name, string description) =>
        new(name)
        {
            Description = description,
            CustomParser = static result =>
            {
                if (
                    DateTimeOffset.TryParse(
                        result.Tokens[0].Value,
                        CultureInfo.InvariantCulture,
                        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                        out var time
                    )
                )
                {
                    return time;
                }

                result.AddError($"{result.Tokens[0].Value} is no day like 2026-03-01 and no time like 2026-03-01T12:00:00Z");
                return null;
            },
        };
}
