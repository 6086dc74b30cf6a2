using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SlurmBanking.Bank.Tests.Load;

/// <summary>The real executable as a server, whose log goes to a file and so costs the measuring process nothing.</summary>
internal sealed class ServedBank : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bank-load-");
    private readonly Process _process;

    private ServedBank(IPEndPoint address, string executable, string database)
    {
        Address = address;
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", "exec \"$0\" serve --url \"http://$1\" >\"$2\" 2>&1", executable, $"{address}", Log]
        )
        {
            UseShellExecute = false,
        };
        start.Environment["BANK_DATABASE"] = database;
        _process = Process.Start(start)!;
    }

    public IPEndPoint Address { get; }

    /// <summary>Its process.</summary>
    public int Id => _process.Id;

    private string Log => Path.Combine(_directory.FullName, "bank.log");

    /// <summary>Starts one, and waits until it listens.</summary>
    /// <param name="executable">The program; null for the one that was built with the tests.</param>
    /// <param name="database">What --database takes.</param>
    public static async Task<ServedBank> Start(string? executable, string database)
    {
        var bank = new ServedBank(FreePort(), executable ?? Path.Combine(AppContext.BaseDirectory, "SlurmBanking.Bank"), database);
        for (var attempt = 0; !bank.Lines().Any(static line => line.StartsWith("bank listening on", StringComparison.Ordinal)); attempt++)
        {
            if (attempt == 300 || bank._process.HasExited)
            {
                bank.Dispose();
                throw new InvalidOperationException($"the bank did not start: {string.Join('\n', bank.Lines())}");
            }

            await Task.Delay(100);
        }

        return bank;
    }

    /// <summary>The lines of its log that tell of something wrong: an answer of 5xx, a warning, an error.</summary>
    public IReadOnlyList<string> Troubles() =>
        [
            .. Lines()
                .Where(static line =>
                    line.Contains(" warn:", StringComparison.Ordinal)
                    || line.Contains(" fail:", StringComparison.Ordinal)
                    || line.Contains(" crit:", StringComparison.Ordinal)
                    || (line.EndsWith(" ms", StringComparison.Ordinal) && line.Split(' ') is [.., ['5', ..], _, _])
                ),
        ];

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        if (Directory.Exists(_directory.FullName))
        {
            _directory.Delete(recursive: true);
        }
    }

    private IEnumerable<string> Lines()
    {
        if (!File.Exists(Log))
        {
            yield break;
        }

        using var log = new StreamReader(new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (log.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    // Below those that the kernel gives to connections, so that nobody takes it before the server does.
    private static IPEndPoint FreePort()
    {
        while (true)
        {
            var address = new IPEndPoint(IPAddress.Loopback, Random.Shared.Next(10_000, 30_000));
            try
            {
                using var probe = new TcpListener(address);
                probe.Start();
                return address;
            }
            catch (SocketException)
            {
                // Somebody has this one.
            }
        }
    }
}
