using System.Security.Cryptography;
using System.Text;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>
/// The tokens of one scope: a file with one per line, of which each is good, so that an old and a new one are while they
/// change. No file, or an empty one, lets nobody in.
/// </summary>
/// <param name="file">Null for none.</param>
/// <param name="logger">Hears of what is wrong with the file, never of what is in it.</param>
internal sealed class TokenList(string? file, ILogger logger)
{
    /// <summary>A shorter token is not taken: it could be guessed.</summary>
    public const int MinTokenLength = 16;

    private const int MaxFileBytes = 64 * 1024;

    private volatile byte[][] _digests = [];
    private string? _seen;

    /// <summary>Whether a token is on the list; takes as long for each.</summary>
    public bool Contains(string token)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), digest);
        var found = false;
        foreach (var known in _digests)
        {
            found |= CryptographicOperations.FixedTimeEquals(known, digest);
        }

        return found;
    }

    /// <summary>Looks at the file, and takes what it holds when that has changed.</summary>
    public void Refresh()
    {
        if (file is null)
        {
            return;
        }

        try
        {
            if (new FileInfo(file).Length > MaxFileBytes)
            {
                throw new IOException($"it has more than {MaxFileBytes} bytes");
            }

            Take(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_seen != e.Message)
            {
                (_seen, _digests) = (e.Message, []);
                Log.TokensUnreadable(logger, file, e.Message);
            }
        }
    }

    private void Take(string text)
    {
        // What was seen is kept as a digest: secrets stay in memory no longer than they must.
        var seen = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        if (seen == _seen)
        {
            return;
        }

        var tokens = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var taken = tokens.Where(static token => token.Length >= MinTokenLength).ToList();
        (_seen, _digests) = (seen, [.. taken.Select(static token => SHA256.HashData(Encoding.UTF8.GetBytes(token)))]);
        Log.TokensInForce(logger, file!, taken.Count);
        if (taken.Count < tokens.Length)
        {
            Log.TokensTooShort(logger, file!, tokens.Length - taken.Count, MinTokenLength);
        }
    }
}
