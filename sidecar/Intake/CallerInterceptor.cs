using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Connections.Features;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>
/// The one place that finds out who calls, and whether they may: by the peer's uid on the Unix socket, by a token elsewhere
/// (spec/banking.proto). Services ask <see cref="Caller.Of"/>.
/// </summary>
internal sealed class CallerInterceptor(AccessTokens tokens, SlurmUser slurmUser, SidecarMetrics metrics, ILogger<CallerInterceptor> logger)
    : Interceptor
{
    /// <summary>Metadata: the uid that a login node's sidecar speaks for.</summary>
    public const string UidKey = "slurm-banking-uid";

    /// <summary>What precedes a token in the authorization metadata.</summary>
    public const string Bearer = "Bearer ";

    private const string AuthorizationKey = "authorization";
    private const int MaxReported = 1024;

    private readonly Lock _gate = new();
    private readonly HashSet<(string Peer, StatusCode Code)> _reported = [];

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation
    )
    {
        Admit(context);
        return continuation(request, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation
    )
    {
        Admit(context);
        return continuation(requestStream, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation
    )
    {
        Admit(context);
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation
    )
    {
        Admit(context);
        return continuation(requestStream, responseStream, context);
    }

    private void Admit(ServerCallContext context)
    {
        var need = CallerNeeds.Of(context.Method);
        var caller = need == CallerNeed.Anybody ? Caller.Unknown : Identify(context);
        if (!need.IsMetBy(caller))
        {
            throw caller.Scope switch
            {
                CallerScope.None => Refuse(context, StatusCode.Unauthenticated, Answers.NoToken),
                CallerScope.Local => Refuse(context, StatusCode.PermissionDenied, Answers.OnlyAdmins),
                _ => Refuse(context, StatusCode.PermissionDenied, Answers.OtherScope(Name(caller.Scope))),
            };
        }

        if (caller.Scope == CallerScope.Login)
        {
            caller = caller with { Uid = StatedUid(context) };
        }

        Log.Called(logger, context.Method, Name(caller.Scope), caller.Uid);
        caller.NoteIn(context);
    }

    private Caller Identify(ServerCallContext context)
    {
        var features = context.GetHttpContext().Features;
        if (features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: AddressFamily.Unix } socket)
        {
            var uid = PeerCredentials.UidOf(socket);
            return new Caller(CallerScope.Local, uid, IsAdmin: uid == 0 || uid == slurmUser.Uid);
        }

        // A token never counts where it could be read on the way.
        var scope = features.Get<ITlsHandshakeFeature>() is null ? CallerScope.None : tokens.ScopeOf(TokenOf(context.RequestHeaders));
        return new Caller(scope, Uid: null, IsAdmin: false);
    }

    private static string TokenOf(Metadata headers)
    {
        var text = headers.GetValue(AuthorizationKey) ?? "";
        return text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? text[Bearer.Length..].Trim() : "";
    }

    private uint StatedUid(ServerCallContext context)
    {
        var stated = context.RequestHeaders.GetAll(UidKey).ToList();
        return stated.Count == 1 && uint.TryParse(stated[0].Value, out var uid)
            ? uid
            : throw Refuse(context, StatusCode.InvalidArgument, Answers.LoginNeedsUid(UidKey));
    }

    // A stranger can come again and again: the log hears of each address once, the metrics count.
    private RpcException Refuse(ServerCallContext context, StatusCode code, string why)
    {
        metrics.CallRefused(code.ToString());
        var address = context.GetHttpContext().Connection.RemoteIpAddress ?? IPAddress.None;
        bool isNews;
        lock (_gate)
        {
            isNews = _reported.Count < MaxReported && _reported.Add((address.ToString(), code));
        }

        if (isNews)
        {
            Log.CallRefused(logger, context.Method, address, code, why);
        }

        return new RpcException(new Status(code, why));
    }

    private static string Name(CallerScope scope) => scope.ToString().ToLowerInvariant();
}
