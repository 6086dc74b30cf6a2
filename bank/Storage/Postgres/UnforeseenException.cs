namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>A piece of work wants what was not foreseen and can't be had beside others: it has to be done by itself.</summary>
internal sealed class UnforeseenException(string what) : Exception($"{what} was not foreseen");
