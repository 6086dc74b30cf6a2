using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Outbox;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>What users ask about themselves, and what admins do about records.</summary>
internal sealed partial class BankingService
{
    private const int MostAccounts = 20;
    private const int MostJobs = 100;
    private const int LongestReason = 500;

    public override async Task<QuoteReply> Quote(QuoteRequest request, ServerCallContext context)
    {
        var uid = WhoseOf(context, request.HasUid ? request.Uid : null);
        var job = request.Job ?? throw Invalid(Answers.JobWanted);
        var appraisal =
            await teller.AppraiseAsync(HookFacts.Request(job) with { Uid = uid })
            ?? throw new RpcException(new Status(StatusCode.Unavailable, Answers.PricesUnknown));
        return QuestionReplies.Of(appraisal);
    }

    public override async Task<BalanceReply> Balance(BalanceRequest request, ServerCallContext context)
    {
        var uid = WhoseOf(context, request.HasUid ? request.Uid : null);
        if (request.Accounts.Count > MostAccounts)
        {
            throw Invalid(Answers.TooManyAccounts(MostAccounts));
        }

        var sheets = await teller.BalancesAsync(uid, [.. request.Accounts.Distinct(StringComparer.Ordinal)], MostAccounts);
        return new BalanceReply { Balances = { sheets.Select(QuestionReplies.Of) } };
    }

    public override Task<ListJobsReply> ListJobs(ListJobsRequest request, ServerCallContext context)
    {
        if (request.Jobs.Count > MostJobs)
        {
            throw Invalid(Answers.TooManyJobs(MostJobs));
        }

        var isAdmin = Caller.Of(context).IsAdmin;
        uint? uid =
            request.HasUid ? WhoseOf(context, request.Uid)
            : isAdmin ? null
            : WhoseOf(context, null);
        var limit = request.Limit == 0 ? UsualPage : (int)Math.Min(request.Limit, LongestPage);
        var (jobs, more) = teller.Jobs(new JobFilter(uid, request.Account, request.Jobs, request.Open, limit));
        var replies = new QuestionReplies(view.Cluster, settings.Current.Settings, journal);
        return Task.FromResult(new ListJobsReply { More = more, Jobs = { jobs.Select(job => replies.Of(job, request.Jobs.Count > 0)) } });
    }

    public override Task<ListOutboxReply> ListOutbox(ListOutboxRequest request, ServerCallContext context)
    {
        var limit = request.Limit == 0 ? UsualPage : (int)Math.Min(request.Limit, LongestPage);
        var records = journal.ReadWaiting((long)Math.Min(request.After, long.MaxValue), limit);
        return Task.FromResult(new ListOutboxReply { Records = { records.Select(QuestionReplies.Of) } });
    }

    public override async Task<DiscardDeadLettersReply> DiscardDeadLetters(DiscardDeadLettersRequest request, ServerCallContext context)
    {
        var reason = request.Reason.Trim();
        if (reason.Length is 0 or > LongestReason || reason.Any(char.IsControl))
        {
            throw Invalid(Answers.ReasonWanted(LongestReason));
        }

        var by = Caller.Of(context).Uid ?? 0;
        var wanted = request.Seqs.ToHashSet();
        var letters = journal.ReadDeadLetters(after: 0, int.MaxValue).Where(letter => wanted.Contains((ulong)letter.Seq)).ToList();
        var discarded = await journal.DiscardAsync([.. letters.Select(static letter => letter.Seq)], by, reason);
        foreach (var letter in letters)
        {
            var amount = (letter.Record?.Amount ?? ServiceUnits.Zero).ToString();
            Log.Discarded(logger, by, letter.Kind.ToString(), letter.BankId, amount, letter.Account, reason);
        }

        return new DiscardDeadLettersReply { Discarded = (uint)discarded };
    }

    // Root and SlurmUser ask for anybody, everybody else for themselves.
    private static uint WhoseOf(ServerCallContext context, uint? asked)
    {
        var caller = Caller.Of(context);
        return (asked, caller.Uid) switch
        {
            (null, { } own) => own,
            ({ } other, { } own) when other == own || caller.IsAdmin => other,
            _ => throw new RpcException(new Status(StatusCode.PermissionDenied, Answers.AnotherUsers)),
        };
    }

    private static RpcException Invalid(string why) => new(new Status(StatusCode.InvalidArgument, why));
}
