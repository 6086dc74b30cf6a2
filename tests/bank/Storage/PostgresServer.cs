using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace SlurmBanking.Bank.Tests.Storage;

/// <summary>
/// A PostgreSQL server of Debian's packages, on a Unix socket in a directory of its own, with a password. It refuses to be root's:
/// where the tests are, it is the user's that the packages made for it.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private const string User = "bank";
    private static readonly Lazy<PostgresServer> One = new(static () => new PostgresServer());
    private static readonly string Programs = Directory
        .GetDirectories("/usr/lib/postgresql")
        .MaxBy(static path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))!;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bank-postgres-");
    private Process? _process;
    private int _databases;

    public PostgresServer()
    {
        try
        {
            var passwordFile = Path.Combine(_directory.FullName, "password");
            File.WriteAllText(passwordFile, Password);
            if (Environment.IsPrivilegedProcess)
            {
                Run("chown", "-R", "postgres", _directory.FullName);
            }

            Run([
                .. As("initdb"),
                "-D",
                Data,
                "-U",
                User,
                "--auth=scram-sha-256",
                $"--pwfile={passwordFile}",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ]);
            Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The run's server, started when the first test asks for it.</summary>
    public static PostgresServer Shared => One.Value;

    /// <summary>Found nowhere but where it has to be.</summary>
    public string Password { get; } = $"canary-{Guid.NewGuid():N}";

    /// <summary>The directory of its socket.</summary>
    public string Socket => _directory.FullName;

    private string Data => Path.Combine(_directory.FullName, "data");

    /// <summary>Ends the run's server, if there is one.</summary>
    public static void DisposeShared()
    {
        if (One.IsValueCreated)
        {
            One.Value.Dispose();
        }
    }

    /// <summary>What --database takes.</summary>
    public string Address(string database) => $"Host={Socket};Username={User};Password={Password};Database={database}";

    public string CreateDatabase()
    {
        var name = $"bank{Interlocked.Increment(ref _databases)}";
        Execute($"CREATE DATABASE {name}");
        return name;
    }

    /// <summary>Seconds of processor time that its processes have had, those that have ended included.</summary>
    public double Cpu()
    {
        double ticks = 0;
        foreach (var process in Directory.GetDirectories("/proc").Where(static path => char.IsAsciiDigit(path[^1])))
        {
            try
            {
                var fields = File.ReadAllText(Path.Combine(process, "stat")).Split(") ")[^1].Split(' ');
                if (fields[1] == $"{_process!.Id}")
                {
                    ticks += Number(fields[11]) + Number(fields[12]);
                }
                else if (process == $"/proc/{_process!.Id}")
                {
                    ticks += Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]);
                }
            }
            catch (IOException)
            {
                // Has just ended.
            }
        }

        return ticks / 100;

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    public void DropDatabase(string name)
    {
        if (_process is not null)
        {
            Execute($"DROP DATABASE {name} WITH (FORCE)");
        }
    }

    public NpgsqlConnection Connect(string database)
    {
        var connection = new NpgsqlConnection(Address(database) + ";Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>Starts it, and waits until it answers.</summary>
    public void Start()
    {
        _process = Process.Start(
            new ProcessStartInfo(
                As("postgres")[0],
                [
                    .. As("postgres")[1..],
                    "-D",
                    Data,
                    "-k",
                    _directory.FullName,
                    "-c",
                    "listen_addresses=",
                    "-c",
                    "max_connections=500",
                    "-c",
                    "synchronous_commit=off",
                    "-c",
                    "wal_writer_delay=10s",
                ]
            )
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            }
        )!;
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Connect("postgres").Dispose();
                return;
            }
            catch (NpgsqlException) when (attempt < 300 && !_process.HasExited)
            {
                Thread.Sleep(100);
            }
        }
    }

    /// <summary>Ends it at once, as "pg_ctl stop -m immediate" does: nothing is written any more, the next start recovers.</summary>
    public void StopAtOnce()
    {
        if (_process is { HasExited: false })
        {
            Run("kill", "-QUIT", _process.Id.ToString(CultureInfo.InvariantCulture));
            _process.WaitForExit();
        }

        _process?.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        StopAtOnce();
        _directory.Delete(recursive: true);
    }

    private static string[] As(string program) =>
        Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", Path.Combine(Programs, "bin", program)]
            : [Path.Combine(Programs, "bin", program)];

    private static void Run(params string[] command)
    {
        using var process = Process.Start(
            new ProcessStartInfo(command[0], command[1..])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}: {error} {output.Result}");
        }
    }

    private void Execute(string sql)
    {
        using var connection = Connect("postgres");
#pragma warning disable CA2100
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
