using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>A record that the bank will not take: a person has to look.</summary>
/// <param name="Seq">Its place in the order of facts.</param>
/// <param name="Kind">What was told.</param>
/// <param name="BankId">Of the job, at the bank.</param>
/// <param name="Account">To be charged.</param>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="Parked">When it was given up.</param>
/// <param name="Problem">Status and body of the bank's refusal.</param>
/// <param name="Record">What was sent; null when it can't be read any more.</param>
internal sealed record DeadLetter(
    long Seq,
    DeliveryKind Kind,
    string BankId,
    string Account,
    int Attempts,
    DateTimeOffset Parked,
    string Problem,
    Job? Record
);
