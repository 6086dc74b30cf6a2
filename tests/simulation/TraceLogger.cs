using Microsoft.Extensions.Logging;

namespace SlurmBanking.Simulation.Tests;

/// <summary>What the sidecar logs is part of the trace.</summary>
internal sealed class TraceLogger<T>(Action<string> say) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => say($"{formatter(state, exception)}{exception}");
}
