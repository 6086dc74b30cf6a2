using System.Text;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>Rewrites a watch's lines; chunks end anywhere.</summary>
/// <param name="rewrite">A line without its end; null drops it.</param>
internal sealed class EventLines(Func<string, string?> rewrite)
{
    private readonly List<byte> _begun = [];

    /// <summary>What of the lines so far is complete, rewritten.</summary>
    public ReadOnlyMemory<byte> Take(ReadOnlySpan<byte> chunk)
    {
        var complete = new StringBuilder();
        foreach (var one in chunk)
        {
            if (one != (byte)'\n')
            {
                _begun.Add(one);
                continue;
            }

            if (rewrite(Encoding.UTF8.GetString(_begun.ToArray())) is { } line)
            {
                complete.Append(line).Append('\n');
            }

            _begun.Clear();
        }

        return Encoding.UTF8.GetBytes(complete.ToString());
    }
}
