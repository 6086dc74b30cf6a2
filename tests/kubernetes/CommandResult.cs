namespace SlurmBanking.Kubernetes.Tests;

/// <summary>How a command ended.</summary>
/// <param name="Command">As it would be typed.</param>
/// <param name="ExitCode">Its exit status.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
public sealed record CommandResult(string Command, int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>Its standard output, of a command that must not fail.</summary>
    public string Must()
    {
        Assert.True(Succeeded, $"{Command} exited with {ExitCode}:\n{Error}{Output}");
        return Output;
    }
}
