using System.Security.Cryptography;
using System.Text;
using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Teller;

/// <summary>
/// Begins people's sessions at the pages, recognises and ends them. They are kept with the books, so that every replica knows them and
/// a restart ends none; each ends with its token at the latest. As with tokens, only hashes of keys are kept.
/// </summary>
public static class SessionTeller
{
    /// <summary>How long a session lasts at most.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromHours(4);

    private const int KeyBytes = 32;

    /// <summary>Begins a session for whoever has a token.</summary>
    /// <returns>Its key: 64 hex digits, kept nowhere.</returns>
    public static string Begin(IBooks books, StoredToken token, DateTimeOffset now)
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));
        books.Add(new StoredSession(Hash(key), token.Hash, now + Length), now);
        return key;
    }

    /// <summary>The token of a session's key; null when there is no such session, or it or its token has ended.</summary>
    public static StoredToken? Recognise(IBooksReader books, string key, DateTimeOffset now) =>
        books.FindSession(Hash(key)) is { } found && found.Session.Ends > now && !(found.Token.Expires <= now) ? found.Token : null;

    /// <summary>Ends a session, if there is one of that key.</summary>
    public static void End(IBooks books, string key) => books.RemoveSession(Hash(key));

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
