using System.Security.Cryptography;
using System.Text;
using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Teller;

/// <summary>Makes tokens and recognises them. A key has 256 random bits, so its plain SHA-256 tells nothing about it.</summary>
public static class TokenTeller
{
    private const int KeyBytes = 32;

    /// <summary>Makes a token.</summary>
    /// <returns>The key: 64 hex digits, kept nowhere.</returns>
    /// <exception cref="TellerException">The name is taken.</exception>
    public static string Create(IBooks books, string name, bool isStaff, DateTimeOffset? expires, DateTimeOffset now)
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));
        return books.TryAdd(new StoredToken(Hash(key), name, isStaff, expires), now)
            ? key
            : throw new TellerException($"there is a token {name} already");
    }

    /// <summary>The token of a key; null when it is unknown or has expired.</summary>
    public static StoredToken? Recognise(IBooksReader books, string key, DateTimeOffset now)
    {
        var hash = Hash(key);
        var token = books.FindToken(hash);
        return token is not null && CryptographicOperations.FixedTimeEquals(token.Hash, hash) && !(token.Expires <= now) ? token : null;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
