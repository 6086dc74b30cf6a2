using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Cli.Tests;

/// <summary>Answers as a sidecar would, by script; keeps what it was asked.</summary>
internal sealed class ScriptedSidecar : Banking.BankingBase, IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("slurm-banking-cli.");
    private WebApplication? _server;

    public string Socket => Path.Combine(_directory.FullName, "api.sock");

    public List<object> Asked { get; } = [];

    public Queue<object> Answers { get; } = new();

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.ListenUnixSocket(Socket, static listen => listen.Protocols = HttpProtocols.Http2)
        );
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _server = builder.Build();
        _server.MapGrpcService<ScriptedSidecar>();
        await _server.StartAsync();
    }

    public override Task<QuoteReply> Quote(QuoteRequest request, ServerCallContext context) => Answer<QuoteReply>(request);

    public override Task<BalanceReply> Balance(BalanceRequest request, ServerCallContext context) => Answer<BalanceReply>(request);

    public override Task<ListJobsReply> ListJobs(ListJobsRequest request, ServerCallContext context) => Answer<ListJobsReply>(request);

    public override Task<ListOutboxReply> ListOutbox(ListOutboxRequest request, ServerCallContext context) =>
        Answer<ListOutboxReply>(request);

    public override Task<ListDeadLettersReply> ListDeadLetters(ListDeadLettersRequest request, ServerCallContext context) =>
        Answer<ListDeadLettersReply>(request);

    public override Task<RetryDeadLettersReply> RetryDeadLetters(RetryDeadLettersRequest request, ServerCallContext context) =>
        Answer<RetryDeadLettersReply>(request);

    public override Task<DiscardDeadLettersReply> DiscardDeadLetters(DiscardDeadLettersRequest request, ServerCallContext context) =>
        Answer<DiscardDeadLettersReply>(request);

    public override Task<StatusReply> Status(StatusRequest request, ServerCallContext context) => Answer<StatusReply>(request);

    public override async Task Reconcile(
        ReconcileRequest request,
        IServerStreamWriter<ReconcileReply> responseStream,
        ServerCallContext context
    )
    {
        Asked.Add(request);
        while (Answers.TryDequeue(out var answer))
        {
            await responseStream.WriteAsync((ReconcileReply)answer);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }

    private Task<T> Answer<T>(object request)
    {
        Asked.Add(request);
        var answer = Answers.Dequeue();
        return answer is RpcException refusal ? Task.FromException<T>(refusal) : Task.FromResult((T)answer);
    }
}
