using SlurmBanking.Bank.Ledger;
using SlurmBanking.Terms;

namespace SlurmBanking.Bank.Pages;

/// <summary>How amounts and states are put into words on every page.</summary>
internal static class Figures
{
    /// <summary>An amount, or that nothing limits it.</summary>
    public static Html OrUnlimited(ServiceUnits? amount) => amount is { } value ? Html.Of($"{value}") : Html.Of($"unlimited");

    /// <summary>An amount, or that there is none.</summary>
    public static Html OrNone(ServiceUnits? amount) => amount is { } value ? Html.Of($"{value}") : Html.Of($"none");

    /// <summary>A text that may point in either direction, or a dash.</summary>
    public static Html Name(string? text) => string.IsNullOrEmpty(text) ? Html.Of($"–") : Html.Of($"<bdi>{text}</bdi>");

    /// <summary>Whether an allocation can be spent now.</summary>
    public static Html State(Allocation allocation, DateTimeOffset now)
    {
        if (allocation.HasExpired(now))
        {
            return Html.Of($"ended {allocation.End}");
        }

        if (!allocation.IsActive(now))
        {
            return Html.Of($"begins {allocation.Start}");
        }

        var exempt = allocation.IsExempt ? ", exempt" : "";
        return allocation.End is { } end ? Html.Of($"active until {end}{exempt}") : Html.Of($"active{exempt}");
    }

    /// <summary>A name and a value of a list of them.</summary>
    public static Html Fact(string name, Html value) => Html.Of($"<div><dt>{name}</dt><dd>{value}</dd></div>\n");
}
