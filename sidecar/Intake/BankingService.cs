using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Sidecar.Reconciliation;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>The query service of spec/banking.proto.</summary>
internal sealed partial class BankingService(
    SettingsStore settings,
    ViewStore view,
    Teller teller,
    Journal journal,
    DeliveryLoop deliveries,
    BankHealth health,
    Duty duty,
    Reconciler reconciler,
    Replayer replayer,
    ProcessStart started,
    ILogger<BankingService> logger
) : Banking.BankingBase
{
    private const int UsualPage = 100;
    private const int LongestPage = 1000;

    public override Task<StatusReply> Status(StatusRequest request, ServerCallContext context)
    {
        var current = settings.Current;
        var reply = new StatusReply
        {
            Version = ThisAssembly.Version,
            Role = "controller",
            Cluster = current.Settings?.Sidecar.Cluster ?? "",
            Configuration = new ConfigurationStatus
            {
                Hash = current.Hash,
                Loaded = current.Loaded.ToTimestamp(),
                Degraded = current.Degraded,
                Mode = current.Settings?.Policy.Mode.ToString().ToLowerInvariant() ?? "",
            },
            Bank = Bank(current),
            View = View(current),
            Holds = Holds(),
            Outbox = Outbox(),
            StandsBy = !duty.IsActive,
            Term = (ulong)duty.Term,
            Started = started.At.ToTimestamp(),
        };
        reply.Configuration.Problems.AddRange(current.Problems);
        return Task.FromResult(reply);
    }

    public override Task<ListDeadLettersReply> ListDeadLetters(ListDeadLettersRequest request, ServerCallContext context)
    {
        var limit = request.Limit == 0 ? UsualPage : (int)Math.Min(request.Limit, LongestPage);
        var reply = new ListDeadLettersReply();
        reply.Letters.AddRange(journal.ReadDeadLetters((long)Math.Min(request.After, long.MaxValue), limit).Select(Letter));
        return Task.FromResult(reply);
    }

    public override async Task<RetryDeadLettersReply> RetryDeadLetters(RetryDeadLettersRequest request, ServerCallContext context)
    {
        var letters = request.All
            ? [.. journal.ReadDeadLetters(after: 0, int.MaxValue).Select(static letter => letter.Seq)]
            : request.Seqs.Where(static seq => seq <= long.MaxValue).Select(static seq => (long)seq).ToList();
        return new RetryDeadLettersReply { Retried = (uint)await journal.RetryAsync(letters) };
    }

    public override async Task Reconcile(
        ReconcileRequest request,
        IServerStreamWriter<ReconcileReply> responseStream,
        ServerCallContext context
    )
    {
        var cancellation = context.CancellationToken;
        try
        {
            var since = request.Since?.ToDateTimeOffset() ?? DateTimeOffset.MaxValue;
            var summary = await reconciler.RunAsync(
                since,
                request.Until?.ToDateTimeOffset(),
                request.Post,
                difference => responseStream.WriteAsync(ReconcileReplies.Of(difference), cancellation),
                (until, runs) =>
                    responseStream.WriteAsync(new ReconcileReply { Progress = ReconcileReplies.Progress(until, runs) }, cancellation),
                cancellation
            );
            await responseStream.WriteAsync(ReconcileReplies.Of(summary), cancellation);
        }
        catch (ReconciliationException e)
        {
            throw Refusal(e);
        }
    }

    public override async Task Replay(ReplayRequest request, IServerStreamWriter<ReplayReply> responseStream, ServerCallContext context)
    {
        var cancellation = context.CancellationToken;
        try
        {
            var replay = await replayer.RunAsync(
                request.Prices,
                request.Since?.ToDateTimeOffset() ?? DateTimeOffset.MaxValue,
                request.Until?.ToDateTimeOffset(),
                (until, runs) =>
                    responseStream.WriteAsync(new ReplayReply { Progress = ReconcileReplies.Progress(until, runs) }, cancellation),
                cancellation
            );
            foreach (var reply in ReconcileReplies.Of(replay))
            {
                await responseStream.WriteAsync(reply, cancellation);
            }
        }
        catch (ReconciliationException e)
        {
            throw Refusal(e);
        }
    }

    private static RpcException Refusal(ReconciliationException e)
    {
        var code = e.Obstacle switch
        {
            ReconciliationObstacle.NoSpan => StatusCode.InvalidArgument,
            ReconciliationObstacle.NotHere => StatusCode.FailedPrecondition,
            _ => StatusCode.Unavailable,
        };
        return new RpcException(new Status(code, e.Message));
    }

    private static Wire.Banking.DeadLetter Letter(Outbox.DeadLetter letter) =>
        new()
        {
            Seq = (ulong)letter.Seq,
            Kind = letter.Kind == DeliveryKind.Charge ? "charge" : "settle",
            BankId = letter.BankId,
            Account = letter.Account,
            User = letter.Record?.UserId ?? "",
            Amount = letter.Record?.Amount?.Hundredths ?? 0,
            Attempts = (uint)letter.Attempts,
            Parked = letter.Parked.ToTimestamp(),
            Problem = letter.Problem,
            Record = letter.Record is null ? "" : JsonSerializer.Serialize(letter.Record, BankApiJsonContext.Default.Job),
        };

    private BankStatus Bank(SettingsSnapshot current) =>
        new()
        {
            Url = current.Settings?.Api.Url.ToString() ?? "",
            LastAnswer = health.LastAnswer?.ToTimestamp(),
            State = health.State switch
            {
                BankState.Reachable => BankStatus.Types.State.Reachable,
                BankState.Unreachable => BankStatus.Types.State.Unreachable,
                BankState.TokenRefused => BankStatus.Types.State.TokenRefused,
                _ => BankStatus.Types.State.Unknown,
            },
        };

    private ViewStatus View(SettingsSnapshot current)
    {
        var status = new ViewStatus
        {
            Ready = view.Ready,
            Problem = view.Problem,
            Warning = view.Cluster.Warning,
        };
        status.Partitions.AddRange(view.Cluster.Partitions.Keys.Order(StringComparer.Ordinal));
        status.UnpricedPartitions.AddRange(
            status.Partitions.Where(name =>
                current.Settings is { } known && !known.PartitionPrices.ContainsKey(name) && !known.TresPrices.ContainsKey(name)
            )
        );
        if (view.Sweep is { } sweep)
        {
            status.LastSweep = sweep.Begun.ToTimestamp();
            status.SweepTook = sweep.Took.ToDuration();
        }

        return status;
    }

    private HoldsStatus Holds()
    {
        var totals = teller.Totals();
        return new HoldsStatus
        {
            Open = (uint)totals.Holds,
            Amount = totals.Held.Hundredths,
            Unbound = (uint)totals.Unbound,
            Running = (uint)totals.Running,
            LetIn = (uint)totals.LetIn,
        };
    }

    private OutboxStatus Outbox()
    {
        var counts = journal.Count();
        return new OutboxStatus
        {
            Pending = (ulong)counts.Pending,
            Parked = (ulong)counts.Parked,
            Delivered = (ulong)deliveries.Delivered,
            Paused = health.State is BankState.TokenRefused or BankState.Unreachable,
            LastProblem = deliveries.LastProblem,
            Room = journal.Room switch
            {
                JournalRoom.Ample => OutboxStatus.Types.Room.Ample,
                JournalRoom.FactsOnly => OutboxStatus.Types.Room.FactsOnly,
                _ => OutboxStatus.Types.Room.None,
            },
            RoomProblem = journal.Problem,
        };
    }
}
