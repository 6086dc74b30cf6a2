using System.Runtime.InteropServices;

namespace SlurmBanking.Plugins.Tests;

/// <summary>Strings as C has them, kept until disposed.</summary>
internal sealed unsafe class CText : IDisposable
{
    private readonly List<nint> _held = [];

    public byte* Of(string? text)
    {
        var copy = Marshal.StringToCoTaskMemUTF8(text);
        _held.Add(copy);
        return (byte*)copy;
    }

    public void Dispose() => _held.ForEach(Marshal.FreeCoTaskMem);
}
