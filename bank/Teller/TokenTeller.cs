using System.Security.Cryptography;
using System.Text;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Teller;

/// <summary>Makes tokens and recognises them. A key has 256 random bits, so its plain SHA-256 tells nothing about it.</summary>
public static class TokenTeller
{
    private const int KeyBytes = 32;

    /// <summary>Of keys that others make: what 128 random bits take in hex.</summary>
    private const int ShortestKey = 32;

    /// <summary>Makes a token.</summary>
    /// <returns>The key: 64 hex digits, kept nowhere.</returns>
    /// <exception cref="TellerException">The name is taken.</exception>
    public static string Create(IBooks books, string name, TokenScope scope, DateTimeOffset? expires, DateTimeOffset now)
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));
        return books.TryAdd(new StoredToken(Hash(key), name, scope, expires), now)
            ? key
            : throw new TellerException(Refusals.TokenExists(name), TellerFault.Conflict, "name");
    }

    /// <summary>Takes a token whose key somebody else has made, in the place of the one of that name.</summary>
    /// <returns>False when it is there already, just so.</returns>
    /// <exception cref="TellerException">The key is too weak, or is that of another token.</exception>
    public static bool Admit(IBooks books, string name, string key, TokenScope scope, DateTimeOffset now)
    {
        if (key.Length < ShortestKey || !key.All(static c => c is > ' ' and < '\x7f'))
        {
            throw new TellerException(Refusals.WeakKey(name, ShortestKey));
        }

        var token = new StoredToken(Hash(key), name, scope, Expires: null);
        if (books.FindToken(token.Hash) is { } found)
        {
            if (found.Name != name)
            {
                throw new TellerException(Refusals.KeyOfAnother(name, found.Name));
            }

            if (found.Scope == scope && found.Expires is null)
            {
                return false;
            }
        }

        books.RemoveToken(name);
        books.TryAdd(token, now);
        return true;
    }

    /// <summary>Forgets a token: it is refused from now on.</summary>
    /// <exception cref="TellerException">There is none of that name.</exception>
    public static void Revoke(IBooks books, string name)
    {
        if (!books.RemoveToken(name))
        {
            throw new TellerException(Refusals.NoToken(name), TellerFault.NotFound, "name");
        }
    }

    /// <summary>The token of a key; null when it is unknown or has expired.</summary>
    public static StoredToken? Recognise(IBooksReader books, string key, DateTimeOffset now)
    {
        var hash = Hash(key);
        return Checked(books.FindToken(hash), hash, now);
    }

    /// <summary>The same by the store, which asks for many at once.</summary>
    public static async Task<StoredToken?> Recognise(IBankStore store, string key, DateTimeOffset now)
    {
        var hash = Hash(key);
        return Checked(await store.FindToken(hash), hash, now);
    }

    private static StoredToken? Checked(StoredToken? token, byte[] hash, DateTimeOffset now) =>
        token is not null && CryptographicOperations.FixedTimeEquals(token.Hash, hash) && !(token.Expires <= now) ? token : null;

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
