using System.Globalization;
using System.Text.Unicode;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>
/// Names one run of a job. The hold comes first because job ids wrap around; the restart count tells the runs of a requeued
/// job apart. The start time is data, not identity: it moves after a node's power-up.
/// </summary>
internal readonly record struct RunKey(HoldId Hold, uint JobId, uint Restart)
{
    /// <summary>Of the text form: two numbers of up to ten digits.</summary>
    public const int MostTextLength = HoldId.TextLength + 22;

    /// <summary>Reads exactly what <see cref="ToString"/> gives.</summary>
    public static bool TryParse(string text, out RunKey key)
    {
        var parts = text.Split(':');
        if (
            parts.Length == 3
            && HoldId.TryParse(parts[0], out var hold)
            && uint.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var job)
            && uint.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var restart)
        )
        {
            key = new RunKey(hold, job, restart);
            return true;
        }

        key = default;
        return false;
    }

    /// <summary>Writes what <see cref="ToString"/> gives.</summary>
    /// <param name="utf8">At least <see cref="MostTextLength"/>.</param>
    /// <returns>How many bytes it has.</returns>
    public int Format(Span<byte> utf8)
    {
        _ = Hold.Value.TryFormat(utf8, out var hold, "N");
        _ = Utf8.TryWrite(utf8[hold..], CultureInfo.InvariantCulture, $":{JobId}:{Restart}", out var rest);
        return hold + rest;
    }

    public override string ToString() => $"{Hold}:{JobId}:{Restart}";
}
