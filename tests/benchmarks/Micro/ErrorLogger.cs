using BenchmarkDotNet.Loggers;

namespace SlurmBanking.Benchmarks.Micro;

/// <summary>Of all that BenchmarkDotNet says, what went wrong.</summary>
internal sealed class ErrorLogger(TextWriter output) : ILogger
{
    public string Id => nameof(ErrorLogger);

    public int Priority => 0;

    public void Write(LogKind logKind, string text)
    {
        // Remarks about what this run has no use for begin so.
        if (logKind == LogKind.Error && !text.StartsWith("//", StringComparison.Ordinal))
        {
            output.Write(text);
        }
    }

    public void WriteLine()
    {
        // Lines end with what is written into them.
    }

    public void WriteLine(LogKind logKind, string text) => Write(logKind, $"{text}\n");

    public void Flush() => output.Flush();
}
