using Microsoft.Extensions.Time.Testing;

namespace SlurmBanking.Simulation.Tests;

/// <summary>
/// What happens when: the one thread of a simulation does what is due, in order of time and then of entry, and moves the clock.
/// Timers of the code under test run in between, on the same thread.
/// </summary>
internal sealed class Agenda(FakeTimeProvider time)
{
    private readonly PriorityQueue<Action, (DateTimeOffset At, long Order)> _items = new();
    private long _order;
    private Exception? _fault;

    public DateTimeOffset Now => time.GetUtcNow();

    public void At(DateTimeOffset at, Action item) => _items.Enqueue(item, (at, _order++));

    public void After(TimeSpan delay, Action item) => At(Now + delay, item);

    /// <summary>Does everything that is due until a time, or until something is so.</summary>
    public void Run(DateTimeOffset until, Func<bool>? enough = null)
    {
        while (enough?.Invoke() != true)
        {
            if (!_items.TryPeek(out _, out var next) || next.At > until)
            {
                Advance(until);
                return;
            }

            Advance(next.At);
            var item = _items.Dequeue();
            try
            {
                item();
            }
            catch (Exception fault)
            {
                Fail(fault);
            }
        }
    }

    /// <summary>Something went wrong, in code that may well swallow exceptions: the run ends when it comes to it.</summary>
    public void Fail(Exception fault) => _fault ??= fault;

    /// <summary>Throws what went wrong.</summary>
    public void Check()
    {
        if (_fault is { } fault)
        {
            throw new AuditException(fault is AuditException ? fault.Message : $"{fault}");
        }
    }

    private void Advance(DateTimeOffset to)
    {
        if (to > Now)
        {
            time.Advance(to - Now);
        }
    }
}
