using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.Reconciliation;

/// <summary>
/// `sidecar reconcile`: asks the controller's sidecar, which has the state and the bank's token, on its Unix socket.
/// </summary>
internal static class ReconcileCommand
{
    /// <summary>The bank has what it should have.</summary>
    public const int Same = 0;

    /// <summary>There are differences, posted or not.</summary>
    public const int Differs = 1;

    /// <summary>It can't be told, or not to the end.</summary>
    public const int Failed = 2;

    /// <param name="runtime">The directory of the sockets.</param>
    public static Command Create(Option<string> runtime)
    {
        var since = new Option<string>("--since")
        {
            Description = "DATE or DATE and time, local unless it says otherwise: runs that ended before are left out",
            Required = true,
        };
        var until = new Option<string?>("--until") { Description = "The same: so are those that ended then or later [default: now]" };
        var post = new Option<bool>("--post") { Description = "Tell the bank what missing, open and wrong runs cost" };
        var json = new Option<bool>("--json") { Description = "JSON instead of a table" };
        var command = new Command(
            "reconcile",
            "Compares Slurm's accounting (sacct) with what the bank has; exit 0: no differences, 1: differences, 2: it can't be told."
        )
        {
            since,
            until,
            post,
            json,
            runtime,
        };
        command.SetAction(
            (result, cancellation) =>
            {
                if (TryTime(result.GetValue(since)) is not { } from)
                {
                    return Task.FromResult(Fail($"--since {result.GetValue(since)} is no date"));
                }

                if (result.GetValue(until) is { } end && TryTime(end) is null)
                {
                    return Task.FromResult(Fail($"--until {end} is no date"));
                }

                var request = new ReconcileRequest
                {
                    Since = from,
                    Until = TryTime(result.GetValue(until)),
                    Post = result.GetValue(post),
                };
                var directory = Path.GetFullPath(result.GetValue(runtime)!);
                var socket = new SidecarPaths("", "", directory, "").ApiSocket;
                IReconcilePrinter printer = result.GetValue(json) ? new ReconcileJson(Console.Out) : new ReconcileTable(Console.Out);
                return RunAsync(socket, request, printer, cancellation);
            }
        );
        return command;
    }

    private static async Task<int> RunAsync(
        string socket,
        ReconcileRequest request,
        IReconcilePrinter printer,
        CancellationToken cancellation
    )
    {
        using var channel = GrpcChannel.ForAddress(
            "http://localhost",
            new GrpcChannelOptions { HttpHandler = Over(socket), DisposeHttpClient = true }
        );
        try
        {
            using var call = new Banking.BankingClient(channel).Reconcile(request, cancellationToken: cancellation);
            ReconcileSummary? summary = null;
            await foreach (var reply in call.ResponseStream.ReadAllAsync(cancellation))
            {
                if (reply.Difference is { } difference)
                {
                    printer.Print(difference);
                }

                summary = reply.Summary ?? summary;
            }

            if (summary is null)
            {
                return Fail("the sidecar ended before it had compared everything");
            }

            printer.Print(summary);
            return summary.Differences == 0 ? Same : Differs;
        }
        catch (RpcException e)
        {
            // Nobody there: the cause at the bottom says what was tried.
            return Fail(
                e.Status.DebugException?.GetBaseException() is SocketException cause ? $"{socket}: {cause.Message}" : e.Status.Detail
            );
        }
    }

    private static SocketsHttpHandler Over(string path) =>
        new()
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };

    private static Timestamp? TryTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time) ? time.ToTimestamp() : null;

    private static int Fail(string problem)
    {
        Console.Error.WriteLine($"sidecar: {problem}");
        return Failed;
    }
}
