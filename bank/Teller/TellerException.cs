namespace SlurmBanking.Bank.Teller;

/// <summary>A request that can't be fulfilled, with a message for the person who made it.</summary>
public sealed class TellerException(string message) : Exception(message);
