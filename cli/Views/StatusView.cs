using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Views;

/// <summary>How things stand. Amounts in SU.</summary>
internal sealed record StatusView(
    string Version,
    string Role,
    string Cluster,
    string Mode,
    string ConfigurationHash,
    bool ConfigurationDegraded,
    IReadOnlyList<string> ConfigurationProblems,
    string Bank,
    string BankUrl,
    DateTimeOffset? BankLastAnswer,
    bool Ready,
    IReadOnlyList<string> Partitions,
    IReadOnlyList<string> UnpricedPartitions,
    DateTimeOffset? LastSweep,
    string ViewProblem,
    string ViewWarning,
    uint Holds,
    decimal Held,
    uint Unbound,
    uint Running,
    uint LetIn,
    ulong OutboxPending,
    ulong DeadLetters,
    ulong Delivered,
    bool DeliveryPaused,
    string OutboxProblem,
    string Room,
    string RoomProblem,
    DateTimeOffset? Started,
    bool StandsBy,
    ulong Term,
    string Controller,
    bool? ControllerAnswers,
    string NodeProblem,
    ulong StartsKept
)
{
    public static StatusView Of(StatusReply reply) =>
        new(
            reply.Version,
            reply.Role,
            reply.Cluster,
            reply.Configuration?.Mode ?? "",
            reply.Configuration?.Hash ?? "",
            reply.Configuration?.Degraded ?? false,
            [.. reply.Configuration?.Problems ?? []],
            BankOf(reply.Bank?.State),
            reply.Bank?.Url ?? "",
            reply.Bank?.LastAnswer?.ToDateTimeOffset(),
            reply.View?.Ready ?? false,
            [.. reply.View?.Partitions ?? []],
            [.. reply.View?.UnpricedPartitions ?? []],
            reply.View?.LastSweep?.ToDateTimeOffset(),
            reply.View?.Problem ?? "",
            reply.View?.Warning ?? "",
            reply.Holds?.Open ?? 0,
            (reply.Holds?.Amount ?? 0) / 100m,
            reply.Holds?.Unbound ?? 0,
            reply.Holds?.Running ?? 0,
            reply.Holds?.LetIn ?? 0,
            reply.Outbox?.Pending ?? 0,
            reply.Outbox?.Parked ?? 0,
            reply.Outbox?.Delivered ?? 0,
            reply.Outbox?.Paused ?? false,
            reply.Outbox?.LastProblem ?? "",
            RoomOf(reply.Outbox?.Room),
            reply.Outbox?.RoomProblem ?? "",
            reply.Started?.ToDateTimeOffset(),
            reply.StandsBy,
            reply.Term,
            reply.Node?.Controller ?? "",
            reply.Node?.ControllerAnswers,
            reply.Node?.Problem ?? "",
            reply.Node?.Kept ?? 0
        );

    private static string BankOf(BankStatus.Types.State? state) =>
        state switch
        {
            BankStatus.Types.State.Reachable => "reachable",
            BankStatus.Types.State.Unreachable => "unreachable",
            BankStatus.Types.State.TokenRefused => "token refused",
            BankStatus.Types.State.Unknown => "not asked yet",
            _ => "",
        };

    private static string RoomOf(OutboxStatus.Types.Room? room) =>
        room switch
        {
            OutboxStatus.Types.Room.Ample => "ample",
            OutboxStatus.Types.Room.FactsOnly => "facts only",
            OutboxStatus.Types.Room.None => "none",
            _ => "",
        };
}
