namespace SlurmBanking.Bank.Storage;

/// <summary>A piece of work that waits for its turn, is done together with others, and answered when all of it is durable.</summary>
internal abstract class Piece(Foreseen? about)
{
    private int _isTaken;

    /// <summary>What it will ask for; null when nobody said.</summary>
    public Foreseen? About => about;

    /// <summary>Why the work was not done when it was tried last; null when it was.</summary>
    public Exception? Failure { get; protected set; }

    /// <summary>Takes it on, or gives it up: whoever comes first.</summary>
    /// <returns>Whether nobody else has.</returns>
    public bool TryTake() => Interlocked.Exchange(ref _isTaken, 1) == 0;

    /// <summary>Does the work, perhaps not for the first time.</summary>
    /// <returns>Whether it was done; else <see cref="Failure"/> says why not, which is its own caller's business alone.</returns>
    public abstract bool TryDo(IBooks books);

    /// <summary>Tells the caller what came of it.</summary>
    public abstract void Answer();

    /// <summary>Tells the caller that it could not be made durable.</summary>
    public abstract void Fail(Exception exception);
}

/// <summary>One whose work gives a <typeparamref name="T"/>.</summary>
internal sealed class Piece<T>(Func<IBooks, T> work, Foreseen? about = null) : Piece(about)
{
    // Continuations run elsewhere: who writes must not serve requests.
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _answer;

    /// <summary>What came of it, when it is durable.</summary>
    public Task<T> Result => _result.Task;

    public override bool TryDo(IBooks books)
    {
        try
        {
            _answer = work(books);
            Failure = null;
        }
        catch (Exception exception)
        {
            Failure = exception;
        }

        return Failure is null;
    }

    public override void Answer()
    {
        if (Failure is null)
        {
            _result.TrySetResult(_answer!);
        }
        else
        {
            _result.TrySetException(Failure);
        }
    }

    public override void Fail(Exception exception) => _result.TrySetException(exception);
}
