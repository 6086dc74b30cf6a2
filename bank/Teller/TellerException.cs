namespace SlurmBanking.Bank.Teller;

/// <summary>A request that can't be fulfilled, with a message for the person who made it.</summary>
public sealed class TellerException(string message, TellerFault fault = TellerFault.Invalid, string? field = null) : Exception(message)
{
    /// <summary>Why.</summary>
    public TellerFault Fault => fault;

    /// <summary>The field of the request that is to blame, as in the REST API; null for none.</summary>
    public string? Field { get; } = field;
}
