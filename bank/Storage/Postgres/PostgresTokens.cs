namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>
/// Looks for tokens: whoever comes while the database is asked is taken into the next question, which all of them share. So a token
/// that was taken away before a request came is never found for it, and many requests cost one question.
/// </summary>
/// <param name="read">Reads the books.</param>
internal sealed class PostgresTokens(
    Func<Func<IBooksReader, Dictionary<string, StoredToken?>>, Task<Dictionary<string, StoredToken?>>> read
)
{
    private readonly Lock _gate = new();
    private Question? _next;
    private bool _isAsking;

    public async Task<StoredToken?> Find(byte[] hash)
    {
        var key = Convert.ToHexString(hash);
        Question question;
        lock (_gate)
        {
            question = _next ??= new Question();
            question.Hashes[key] = hash;
            if (!_isAsking)
            {
                _isAsking = true;
                _ = Task.Run(AskAll);
            }
        }

        return (await question.Answer.Task)[key];
    }

    private async Task AskAll()
    {
        while (TakeNext() is { } question)
        {
            try
            {
                question.Answer.SetResult(
                    await read(books => question.Hashes.ToDictionary(static one => one.Key, one => books.FindToken(one.Value)))
                );
            }
            catch (Exception exception)
            {
                question.Answer.SetException(exception);
            }
        }
    }

    private Question? TakeNext()
    {
        lock (_gate)
        {
            var question = _next;
            _next = null;
            _isAsking = question is not null;
            return question;
        }
    }

    private sealed class Question
    {
        public Dictionary<string, byte[]> Hashes { get; } = new(StringComparer.Ordinal);

        public TaskCompletionSource<Dictionary<string, StoredToken?>> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
