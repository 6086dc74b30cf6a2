namespace SlurmBanking.Kubernetes.Tests;

public enum ProxyActionKind
{
    Pass,
    Answer,
    Cut,
    Hang,
}
