using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Commands;

/// <summary>Arguments and options that several commands take, each with its own check.</summary>
internal static class Arguments
{
    private const int LongestPartition = 50;

    public static Argument<string> Account() =>
        Checked(new Argument<string>("NAME") { Description = "The account's name" }, NameRule.Problem);

    public static Argument<string> Cluster() =>
        Checked(new Argument<string>("CLUSTER") { Description = "The cluster's name" }, NameRule.Problem);

    public static Argument<string> TokenName() =>
        Checked(new Argument<string>("NAME") { Description = "What to call the token" }, NameRule.Problem);

    public static Argument<string> Uid() =>
        Checked(
            new Argument<string>("UID") { Description = "The user's uid on the cluster" },
            static text => NameRule.IsUid(text) ? null : CommandLine.BadUid(text)
        );

    public static Argument<string> Job() => new("JOB") { Description = "The job's id at the bank" };

    public static Argument<ServiceUnits> Difference() =>
        new("SU")
        {
            Description = "Service units, at most 2 decimals: more than zero to add, less (-5) to take away",
            CustomParser = static result => Parse(result, static amount => amount != ServiceUnits.Zero, CommandLine.AmountOtherThanZero),
        };

    public static Option<string?> Reason(bool isRequired, string description = "Why; statements show it")
    {
        var option = Text("--reason", description, TextRule.MaxReason);
        option.Required = isRequired;
        return option;
    }

    public static Option<string?> Key() => Text("--key", "An idempotency key: what was done under it is not done again", TextRule.MaxKey);

    public static Option<string?> Text(string name, string description, int maxLength)
    {
        var option = new Option<string?>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && TextRule.Problem(token.Value, maxLength) is { } problem)
            {
                result.AddError(CommandLine.OfOption(name, problem));
            }
        });
        return option;
    }

    public static Argument<string> Partition() =>
        Checked(
            new Argument<string>("NAME") { Description = "The partition's name" },
            static text => text.Length > LongestPartition ? CommandLine.PartitionLength(LongestPartition) : NameRule.Problem(text)
        );

    public static Argument<ServiceUnits> Amount() =>
        new("SU")
        {
            Description = "Service units, more than zero, at most 2 decimals",
            CustomParser = static result => Parse(result, static amount => amount > ServiceUnits.Zero, CommandLine.AmountAboveZero),
        };

    public static Option<ServiceUnits?> Amount(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "SU",
            CustomParser = static result => Parse(result, static amount => amount >= ServiceUnits.Zero, CommandLine.Amount),
        };

    /// <summary>A date is its first moment in UTC, or with <paramref name="isEnd"/> the first moment of the day after.</summary>
    public static Option<DateTimeOffset?> Date(string name, string description, bool isEnd) =>
        new(name)
        {
            Description = description,
            HelpName = "DATE",
            CustomParser = result => ParseDate(result, isEnd),
        };

    private static ServiceUnits Parse(ArgumentResult result, Func<ServiceUnits, bool> isAllowed, string what)
    {
        var text = result.Tokens[0].Value;
        if (!ServiceUnits.TryParse(text, out var amount) || !isAllowed(amount))
        {
            result.AddError(CommandLine.BadAmount(text, what));
        }

        return amount;
    }

    private static DateTimeOffset? ParseDate(ArgumentResult result, bool isEnd)
    {
        var text = result.Tokens[0].Value;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            var midnight = new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero);
            return isEnd ? midnight.AddDays(1) : midnight;
        }

        if (
            text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        )
        {
            return time;
        }

        result.AddError(CommandLine.BadDate(text));
        return null;
    }

    private static Argument<string> Checked(Argument<string> argument, Func<string, string?> problem)
    {
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && problem(token.Value) is { } found)
            {
                result.AddError(found);
            }
        });
        return argument;
    }
}
