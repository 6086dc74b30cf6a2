using System.Diagnostics;

namespace SlurmBanking.Slurm.Tests.Scenarios;

/// <summary>Something that many scenarios look at, at once, and that is read no more often than it has to be.</summary>
/// <param name="read">Reads it.</param>
/// <param name="every">How old it may be.</param>
public sealed class Observed<T>(Func<Task<T>> read, TimeSpan every)
{
    private readonly Lock _gate = new();
    private Task<T>? _reading;
    private long _began;

    public Task<T> GetAsync()
    {
        lock (_gate)
        {
            if (_reading is null || (_reading.IsCompleted && Stopwatch.GetElapsedTime(_began) > every))
            {
                _began = Stopwatch.GetTimestamp();
                _reading = Task.Run(read);
            }

            return _reading;
        }
    }
}
