using Grpc.Core;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>Who calls a gRPC method, as <see cref="CallerInterceptor"/> found out.</summary>
/// <param name="Scope">How the caller is known.</param>
/// <param name="Uid">The user whose call it is: the peer's on the Unix socket, the stated one under a login token; else null.</param>
/// <param name="IsAdmin">Root or SlurmUser on the Unix socket; nobody is over the network.</param>
internal sealed record Caller(CallerScope Scope, uint? Uid, bool IsAdmin)
{
    public static readonly Caller Unknown = new(CallerScope.None, null, IsAdmin: false);

    /// <summary>The caller of the method that this context belongs to.</summary>
    public static Caller Of(ServerCallContext context) =>
        context.UserState.TryGetValue(typeof(Caller), out var caller) ? (Caller)caller : Unknown;

    /// <summary>Notes who calls, for <see cref="Of"/>.</summary>
    public void NoteIn(ServerCallContext context) => context.UserState[typeof(Caller)] = this;
}
