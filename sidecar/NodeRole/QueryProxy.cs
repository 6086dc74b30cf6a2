using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.NodeRole;

/// <summary>
/// The query service on a node. With a login token a question goes on to the controller's sidecar, for the uid that the kernel
/// says; what the caller sent beside the question stays here.
/// </summary>
internal sealed class QueryProxy(StartStore store, Forwarder forwarder, ControllerLink link, NodeOptions options, ProcessStart started)
    : Banking.BankingBase
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>While the controller can't be asked, the node answers for itself and says so: that too is how things stand.</summary>
    public override async Task<StatusReply> Status(StatusRequest request, ServerCallContext context)
    {
        var problem = forwarder.State.Problem;
        if (options.LoginTokenFile is not null)
        {
            try
            {
                var reply = await PassOnAsync(call => link.Banking.StatusAsync(request, call), context);
                reply.Node = Own(problem);
                return reply;
            }
            catch (RpcException e) when (!context.CancellationToken.IsCancellationRequested)
            {
                problem = e.Status.Detail;
            }
        }

        return new StatusReply
        {
            Version = ThisAssembly.Version,
            Role = "node",
            Started = started.At.ToTimestamp(),
            Node = Own(problem),
        };
    }

    public override Task<QuoteReply> Quote(QuoteRequest request, ServerCallContext context) =>
        PassOnAsync(call => link.Banking.QuoteAsync(request, call), context);

    public override Task<BalanceReply> Balance(BalanceRequest request, ServerCallContext context) =>
        PassOnAsync(call => link.Banking.BalanceAsync(request, call), context);

    public override Task<ListJobsReply> ListJobs(ListJobsRequest request, ServerCallContext context) =>
        PassOnAsync(call => link.Banking.ListJobsAsync(request, call), context);

    /// <summary>Asks the controller's sidecar for the caller.</summary>
    /// <exception cref="RpcException">As the controller answered, or UNAVAILABLE; FAILED_PRECONDITION without a login token.</exception>
    private Task<T> PassOnAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call, ServerCallContext context)
    {
        var uid = Caller.Of(context).Uid;
        return options.LoginTokenFile is { } file && uid is not null
            ? link.AskAsync(call, file, uid, Patience, context.CancellationToken)
            : throw new RpcException(new Status(StatusCode.FailedPrecondition, Answers.NoLoginToken));
    }

    private NodeStatus Own(string problem)
    {
        var state = forwarder.State;
        return new NodeStatus
        {
            Controller = options.Controller.GetLeftPart(UriPartial.Authority),
            ControllerAnswers = state.Answers,
            LastAnswer = state.LastAnswer?.ToTimestamp(),
            Problem = problem,
            Kept = (ulong)store.Kept,
            Forwarded = (ulong)forwarder.Forwarded,
            Dropped = (ulong)store.Dropped,
        };
    }
}
