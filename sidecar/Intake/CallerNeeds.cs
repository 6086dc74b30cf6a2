using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>Who may call which gRPC method. One that is not listed is for admins alone.</summary>
internal static class CallerNeeds
{
    private static readonly Dictionary<string, CallerNeed> Needs = new(StringComparer.Ordinal)
    {
        [Method(Banking.Descriptor.FullName, nameof(Banking.BankingBase.Status))] = CallerNeed.User,
        [Method(Banking.Descriptor.FullName, nameof(Banking.BankingBase.Quote))] = CallerNeed.User,
        [Method(Banking.Descriptor.FullName, nameof(Banking.BankingBase.Balance))] = CallerNeed.User,
        [Method(Banking.Descriptor.FullName, nameof(Banking.BankingBase.ListJobs))] = CallerNeed.User,
        [Method(Facts.Descriptor.FullName, nameof(Facts.FactsBase.ReportStarts))] = CallerNeed.Node,

        // Probes carry no token, and are told only whether it serves.
        [Method("grpc.health.v1.Health", "Check")] = CallerNeed.Anybody,
        [Method("grpc.health.v1.Health", "Watch")] = CallerNeed.Anybody,

        // No secret, but nothing that a stranger on the network needs.
        [Method("grpc.reflection.v1.ServerReflection", "ServerReflectionInfo")] = CallerNeed.User,
        [Method("grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo")] = CallerNeed.User,
    };

    /// <param name="method">"/package.Service/Method".</param>
    public static CallerNeed Of(string method) => Needs.GetValueOrDefault(method, CallerNeed.Admin);

    public static bool IsMetBy(this CallerNeed need, Caller caller) =>
        need switch
        {
            CallerNeed.Anybody => true,
            CallerNeed.User => caller.Scope is CallerScope.Local or CallerScope.Login,
            CallerNeed.Node => caller.Scope is CallerScope.Node,
            _ => caller.IsAdmin,
        };

    private static string Method(string service, string name) => $"/{service}/{name}";
}
