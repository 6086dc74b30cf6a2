using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>A record that the bank has not confirmed.</summary>
/// <param name="Seq">Its place in the order of facts.</param>
/// <param name="Kind">What is told.</param>
/// <param name="BankId">Of the job, at the bank.</param>
/// <param name="Account">To be charged.</param>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="Created">Since when it waits.</param>
/// <param name="Due">Not tried again before.</param>
/// <param name="Problem">What came of the last attempt; "" before the first.</param>
/// <param name="Record">What is sent; null when it can't be read any more.</param>
internal sealed record WaitingRecord(
    long Seq,
    DeliveryKind Kind,
    string BankId,
    string Account,
    int Attempts,
    DateTimeOffset Created,
    DateTimeOffset Due,
    string Problem,
    Job? Record
);
