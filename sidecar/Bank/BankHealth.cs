using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.Bank;

/// <summary>The circuit breaker in front of the bank: after three misses in a row nobody waits for it until it answers.</summary>
internal sealed class BankHealth(TimeProvider time, ILogger<BankHealth> logger)
{
    private const int MissesToOpen = 3;
    private readonly Lock _gate = new();
    private int _misses;
    private BankState _state;
    private DateTimeOffset? _lastAnswer;

    /// <summary>Raised when the bank answers again, or takes the token again.</summary>
    public event Action? Recovered;

    public BankState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    public DateTimeOffset? LastAnswer
    {
        get
        {
            lock (_gate)
            {
                return _lastAnswer;
            }
        }
    }

    /// <summary>False while questions would only cost time.</summary>
    public bool Available => State is BankState.Unknown or BankState.Reachable;

    public void Answered()
    {
        bool recovered;
        lock (_gate)
        {
            recovered = _state != BankState.Reachable;
            (_state, _misses, _lastAnswer) = (BankState.Reachable, 0, time.GetUtcNow());
        }

        if (recovered)
        {
            Log.BankReachable(logger);
            Recovered?.Invoke();
        }
    }

    /// <summary>No answer, or one of a server in trouble (5xx).</summary>
    public void Missed(string problem)
    {
        lock (_gate)
        {
            if (++_misses >= MissesToOpen && _state != BankState.Unreachable)
            {
                _state = BankState.Unreachable;
                Log.BankUnreachable(logger, problem);
            }
        }
    }

    public void RefusedToken(int status)
    {
        lock (_gate)
        {
            if (_state != BankState.TokenRefused)
            {
                Log.TokenRefused(logger, status);
            }

            (_state, _misses, _lastAnswer) = (BankState.TokenRefused, 0, time.GetUtcNow());
        }
    }
}
