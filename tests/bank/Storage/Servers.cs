[assembly: AssemblyFixture(typeof(SlurmBanking.Bank.Tests.Storage.Servers))]

namespace SlurmBanking.Bank.Tests.Storage;

/// <summary>Ends what the run has started.</summary>
public sealed class Servers : IDisposable
{
    public void Dispose() => PostgresServer.DisposeShared();
}
