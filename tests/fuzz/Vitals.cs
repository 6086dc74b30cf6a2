using System.Globalization;

namespace SlurmBanking.Fuzz.Tests;

/// <summary>What a process holds, as /proc tells it (proc(5)).</summary>
/// <param name="RssKib">Resident memory.</param>
/// <param name="Threads">Threads, all together.</param>
/// <param name="HookThreads">Threads that serve a plugin's connection.</param>
/// <param name="Descriptors">Open file descriptors.</param>
internal sealed record Vitals(long RssKib, int Threads, int HookThreads, int Descriptors)
{
    public static Vitals Of(int pid)
    {
        var rss = File.ReadLines($"/proc/{pid}/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        var names = Directory.GetDirectories($"/proc/{pid}/task").Select(NameOf).ToList();
        return new Vitals(
            long.Parse(rss.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture),
            names.Count,
            names.Count(static name => name == "hook"),
            Directory.GetFileSystemEntries($"/proc/{pid}/fd").Length
        );
    }

    public override string ToString() =>
        $"{RssKib / 1024.0:F1} MB, {Threads} threads ({HookThreads} of connections), {Descriptors} descriptors";

    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
