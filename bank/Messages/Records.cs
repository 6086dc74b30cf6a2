namespace SlurmBanking.Bank.Messages;

/// <summary>What the bank writes of its own into an account's history, for bank account changes, statements and pages to show.</summary>
internal static class Records
{
    /// <summary>A change of an account: a membership was ended.</summary>
    /// <remarks>Nothing to do.</remarks>
    public static string MemberGone(string uid) => $"user {uid} is no member any more";

    /// <summary>The reason of the transfer by which a new window begins with what expired of the last one.</summary>
    /// <remarks>Nothing to do.</remarks>
    public const string CarriedOver = "carried over";
}
