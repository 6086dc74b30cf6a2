namespace SlurmBanking.Bank.Storage;

/// <summary>The books can't be opened, read or written now.</summary>
public sealed class BankStoreException(string message, Exception? cause = null) : Exception(message, cause);
