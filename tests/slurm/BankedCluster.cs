using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SlurmBanking.Terms;

namespace SlurmBanking.Slurm.Tests;

/// <summary>
/// One real Slurm with bank, sidecar and plugins for all scenarios (eng/banked-cluster.sh). A CPU costs 1 SU an hour on
/// normal, 1 SU a second on debug, 2 SU an hour on long, 1 SU an hour on whole, whose nodes of 16 CPUs are given whole.
/// </summary>
public sealed class BankedCluster : IAsyncLifetime
{
    /// <summary>
    /// Part of bank-config.toml for all scenarios but those that measure deadlines: on a busy machine the first question about
    /// an account may take longer than the usual 250 ms.
    /// </summary>
    public const string SidecarSection = "[Sidecar]\ndecision_deadline = \"2s\"\n";

    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private int _accounts;

    // Under the source tree; each cluster has its own.
    private string Logs => Path.Combine("artifacts/logs/slurm", Path.GetFileName(Directory));

    private string Sbank => Path.Combine(Directory, "sbank");

    /// <summary>Variables of eng/banked-cluster.sh.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [("CONFIG_EXTRA", SidecarSection)];

    /// <summary>What ships: the sidecar compiled ahead of time (eng/publish.sh).</summary>
    public string PublishedSidecar => Path.Combine(Root, "artifacts/publish/sidecar");

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("slurm-banking-test.").FullName;

    /// <summary>The source tree.</summary>
    public static string Root { get; } = FindRoot();

    public string ConfigFile => Path.Combine(Directory, "bank-config.toml");

    /// <summary>What commands of this cluster find in their environment; the names of eng/banked-cluster.sh.</summary>
    public IDictionary<string, string> Variables => _environment;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root: slurmd starts jobs as their users");
        File.SetUnixFileMode(Directory, (UnixFileMode)0b111_101_101);
        _environment["SIDECAR_BIN"] = PublishedSidecar;
        foreach (var (name, value) in Settings)
        {
            _environment[name] = value;
        }

        var up = await RunAsync(Path.Combine(Root, "eng/banked-cluster.sh"), ["up", Directory]);
        Assert.True(up.ExitCode == 0, up.Output + up.Error);
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(Directory, "env.sh")))
        {
            var pair = line["export ".Length..].Split('=', 2);
            _environment[pair[0]] = pair[1];
        }

        if (Quotes || HasSbank)
        {
            // An ordinary user may not be able to enter the tree. Not File.Copy: a process forked meanwhile would keep it open for writing.
            var copied = await RunAsync("cp", [Path.Combine(Root, "artifacts/publish/sbank/sbank"), Sbank]);
            Assert.True(copied.ExitCode == 0, copied.Error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync(Path.Combine(Root, "eng/banked-cluster.sh"), ["down", Directory]);

        // Logs outlive the cluster: a failure is explained by them.
        var kept = System.IO.Directory.CreateDirectory(Path.Combine(Root, Logs)).FullName;
        string[] folders = ["log", "services"];
        foreach (var log in folders.SelectMany(folder => System.IO.Directory.GetFiles(Path.Combine(Directory, folder), "*.log")))
        {
            File.Copy(log, Path.Combine(kept, Path.GetFileName(log)), overwrite: true);
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>Opens an account of its own for a scenario, with the user games (5) as a member.</summary>
    public async Task<string> OpenAccountAsync(decimal deposit)
    {
        var account = $"fc_{Interlocked.Increment(ref _accounts)}";
        await BankAsync("account", "create", account);
        await BankAsync("account", "member", account, "5");
        await BankAsync("deposit", account, deposit.ToString(CultureInfo.InvariantCulture));
        return account;
    }

    public async Task<string> BankAsync(params string[] arguments)
    {
        string[] all = ["--reuid=slurm", "--regid=slurm", "--clear-groups", Path.Combine(Directory, "bin/bank/bank"), .. arguments];
        var result = await RunAsync("setpriv", all);
        Assert.True(result.ExitCode == 0, $"bank {string.Join(' ', arguments)}: {result.Error}");
        return result.Output;
    }

    /// <summary>What a job has cost at the bank so far; null when the bank knows nothing.</summary>
    public async Task<decimal?> CostAsync(string account, string bankId) => (await BookedAsync(account)).GetValueOrDefault(bankId)?.Cost;

    /// <summary>What the bank has booked for a job, as "code amount" in order.</summary>
    public async Task<string[]> TransfersAsync(string account, string bankId) =>
        [.. (await StatementAsync(account)).Where(fields => fields[2] == bankId).Select(static fields => $"{fields[1]} {fields[4]}")];

    /// <summary>What the bank has booked on an account, by what it calls each run.</summary>
    public async Task<IReadOnlyDictionary<string, Booked>> BookedAsync(string account)
    {
        var booked = new Dictionary<string, Booked>(StringComparer.Ordinal);
        foreach (var fields in (await StatementAsync(account)).Where(static fields => fields[2].Length > 0))
        {
            var (cost, charges, settlements) = booked.GetValueOrDefault(fields[2], Booked.Nothing);
            booked[fields[2]] = new Booked(
                cost - decimal.Parse(fields[4], CultureInfo.InvariantCulture),
                charges + (fields[1] == "charge" ? 1 : 0),
                settlements + (fields[1] == "settle" ? 1 : 0)
            );
        }

        return booked;
    }

    private async Task<IEnumerable<string[]>> StatementAsync(string account) =>
        (await BankAsync("statement", account, "--format", "csv"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Select(static line => line.Split(','));

    /// <summary>All jobs of an account as Slurm records them; null when slurmctld does not answer.</summary>
    public async Task<IReadOnlyList<SlurmRecord>?> RecordsAsync(string account)
    {
        var shown = await SlurmAsync(null, "timeout", "10", "scontrol", "--oneliner", "show", "job");
        return shown.ExitCode == 0 ? [.. SlurmRecord.Parse(shown.Output).Where(job => job.Account == account)] : null;
    }

    /// <summary>Slurm's command as an ordinary user, or as root when none is named.</summary>
    public Task<CommandResult> SlurmAsync(string? user, params string[] command) =>
        user is null
            ? RunAsync(command[0], command[1..])
            : RunAsync("setpriv", [$"--reuid={user}", $"--regid={user}", "--clear-groups", .. command]);

    public async Task<Submission> SubmitAsync(string options, string script = "true", string user = "games")
    {
        string[] command =
        [
            "sbatch",
            "--parsable",
            "--output=/dev/null",
            .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            "--wrap",
            script,
        ];
        var result = await SlurmAsync(user, command);
        return new Submission(result.ExitCode == 0 ? result.Output.Trim() : null, result.Error, result.Printed, result.Took);
    }

    /// <summary>Submits what has to be accepted; where <see cref="Quotes"/>, it has to be held for what was quoted.</summary>
    public async Task<string> SubmittedAsync(string options, string script = "true")
    {
        var quote = Quotes ? await QuoteAsync(options.Split(' ', StringSplitOptions.RemoveEmptyEntries)) : null;
        var submission = await SubmitAsync(options, script);
        Assert.True(submission.JobId is not null, submission.Error);
        if (quote is not null && await MarkAsync(submission.JobId!) is { Amount: { } held })
        {
            Assert.Equal((options, quote[0]), (options, held));
        }

        return submission.JobId!;
    }

    /// <summary>Every submission that has to be accepted is quoted by sbank before.</summary>
    public bool Quotes { get; init; }

    /// <summary>sbank can be asked; where <see cref="Quotes"/>, it always can.</summary>
    public bool HasSbank { get; init; }

    /// <summary>What sbank says, as games, that each component of a submission may cost.</summary>
    public async Task<ServiceUnits[]> QuoteAsync(params string[] options)
    {
        var said = await SbankAsync("games", ["quote", "--json", .. options, "--wrap", "true"]);
        Assert.True(said.ExitCode == 0, said.Error + said.Output);
        using var quotes = JsonDocument.Parse(said.Output);
        return
        [
            .. quotes
                .RootElement.EnumerateArray()
                .Select(static quote => new ServiceUnits((long)(quote.GetProperty("amount").GetDecimal() * 100))),
        ];
    }

    /// <summary>Asks the cluster's sidecar with the published sbank, as an ordinary user or as root.</summary>
    public Task<CommandResult> SbankAsync(string? user, params string[] arguments) =>
        SlurmAsync(user, [Sbank, "--socket", Path.Combine(Directory, "run/api.sock"), .. arguments]);

    /// <summary>Slurm's release, "22.05.8".</summary>
    public async Task<string> ReleaseAsync() => (await SlurmAsync(null, "scontrol", "--version")).Output.Trim().Split(' ')[^1];

    /// <summary>A field of `scontrol show job`; "" when it is not there.</summary>
    public async Task<string> FieldAsync(string job, string field)
    {
        var shown = (await RunAsync("scontrol", ["--oneliner", "show", "job", job])).Output;
        var at = (" " + shown).IndexOf($" {field}=", StringComparison.Ordinal);
        return at < 0 ? "" : (" " + shown)[(at + field.Length + 2)..].Split(' ', '\n')[0];
    }

    /// <summary>The mark that the plugin left in admin_comment.</summary>
    public async Task<HoldMark?> MarkAsync(string job) =>
        HoldMark.TryFind(await FieldAsync(job, "AdminComment"), out var mark) ? mark : null;

    public async Task<int> ElapsedSecondsAsync(string job)
    {
        var (start, end) = (await FieldAsync(job, "StartTime"), await FieldAsync(job, "EndTime"));
        return (int)(DateTime.Parse(end, CultureInfo.InvariantCulture) - DateTime.Parse(start, CultureInfo.InvariantCulture)).TotalSeconds;
    }

    public Task<CommandResult> ServiceAsync(string verb, string service) =>
        RunAsync(Path.Combine(Root, "eng/banked-cluster.sh"), [verb, service, Directory]);

    public async Task MustAsync(string verb, string service)
    {
        var result = await ServiceAsync(verb, service);
        Assert.True(result.ExitCode == 0, $"{verb} {service}: {result.Output}{result.Error}");
    }

    /// <summary>The active slurmctld's process.</summary>
    public async Task<string> SlurmctldAsync() =>
        (await File.ReadAllLinesAsync(Path.Combine(Directory, "pids")))
            .Single(static line => line.EndsWith(" slurmctld-out", StringComparison.Ordinal))
            .Split(' ')[0];

    /// <summary>Ends slurmctld as a service manager would: with its jobs saved, so that it does not give their numbers again.</summary>
    public Task EndSlurmctldAsync() => MustAsync("stop", "slurmctld");

    /// <summary>Waits until slurmctld has saved what it knows now; something must have changed.</summary>
    public Task SavedAsync()
    {
        var (file, from) = (Path.Combine(Directory, "state/job_state"), DateTime.UtcNow);
        return EventuallyAsync(() => Task.FromResult(File.GetLastWriteTimeUtc(file) > from), "slurmctld saves its jobs");
    }

    /// <summary>A series of a sidecar's metrics.</summary>
    public async Task<decimal> GaugeAsync(string name, string sidecar = "sidecar")
    {
        var line = (await MetricsAsync(sidecar)).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return decimal.Parse(line.Split(' ')[1], NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>The first series of the sidecar's metrics with these labels.</summary>
    public async Task<decimal> SeriesAsync(string name, params string[] labels)
    {
        var line = (await MetricsAsync("sidecar")).First(line =>
            line.StartsWith(name + "{", StringComparison.Ordinal) && labels.All(label => line.Contains(label, StringComparison.Ordinal))
        );
        return decimal.Parse(line.Split(' ')[1], NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    private async Task<string[]> MetricsAsync(string sidecar)
    {
        using var client = new HttpClient();
        return (await client.GetStringAsync(new Uri(_environment[sidecar.ToUpperInvariant() + "_URL"] + "/metrics"))).Split('\n');
    }

    /// <summary>Waits until a job's record is settled at the bank, and gives its cost.</summary>
    public async Task<decimal> SettledAsync(string account, string bankId, int withinSeconds = 30)
    {
        await EventuallyAsync(
            async () => (await TransfersAsync(account, bankId)).Any(static line => line.StartsWith("settle", StringComparison.Ordinal)),
            $"job {bankId} is settled on {account}",
            withinSeconds,
            async () => await StateOfAsync(account, bankId)
        );
        return (await CostAsync(account, bankId))!.Value;
    }

    /// <summary>Waits for a condition.</summary>
    /// <param name="condition">Asked five times a second.</param>
    /// <param name="what">The condition in words.</param>
    /// <param name="withinSeconds">For how long.</param>
    /// <param name="state">How things stand when it has not come.</param>
    public async Task EventuallyAsync(Func<Task<bool>> condition, string what, int withinSeconds = 30, Func<Task<string>>? state = null)
    {
        var began = Stopwatch.StartNew();
        while (!await condition())
        {
            if (began.Elapsed.TotalSeconds >= withinSeconds)
            {
                var found = state is null ? "" : await state();
                Assert.Fail($"not within {withinSeconds} s: {what}; logs are in {Logs}{found}");
            }

            await Task.Delay(200);
        }
    }

    // What Slurm, the bank and the sidecar have of a job, in a line each.
    private async Task<string> StateOfAsync(string account, string bankId)
    {
        var job = bankId.Split(':')[0];
        var shown = (await SlurmAsync(null, "scontrol", "--oneliner", "show", "job", job)).Output.Trim();
        var queue = (await SlurmAsync(null, "squeue", "--noheader", "--format=%i %T %r %P %S")).Output.Trim().ReplaceLineEndings("; ");
        var nodes = (await SlurmAsync(null, "sinfo", "--noheader", "--format=%n %T %C")).Output.Trim().ReplaceLineEndings("; ");
        var booked = string.Join("; ", await TransfersAsync(account, bankId));
        var said = (await File.ReadAllLinesAsync(Path.Combine(Directory, "services/sidecar.log")))
            .Where(line => line.Contains($" job {job}", StringComparison.Ordinal))
            .TakeLast(5);
        return $"\nSlurm: {shown}\nqueue: {queue}\nnodes: {nodes}\nbank: {booked}\nsidecar: {string.Join("; ", said)}";
    }

    /// <summary>Replaces text in bank-config.toml, and waits until the change is in force.</summary>
    public async Task ConfigureAsync(string text)
    {
        var before = await File.ReadAllTextAsync(ConfigFile);
        if (before != text)
        {
            await File.WriteAllTextAsync(ConfigFile, text);
            await Task.Delay(TimeSpan.FromSeconds(1.2));
        }
    }

    /// <summary>slurmctld answers and none of its threads hangs.</summary>
    public async Task AssertSlurmLivesAsync() =>
        Assert.Contains("is UP", (await RunAsync("scontrol", ["ping"])).Output, StringComparison.Ordinal);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "SlurmBanking.slnx")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("not inside the source tree");
        }

        return directory.FullName;
    }

    /// <summary>Runs a command with the cluster's environment.</summary>
    public async Task<CommandResult> RunAsync(string command, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/tmp",
        };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        var began = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, await output, await error, began.Elapsed);
    }
}

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">0 when it succeeded.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Printed">Standard error.</param>
/// <param name="Took">How long it took.</param>
public sealed partial record CommandResult(int ExitCode, string Output, string Printed, TimeSpan Took)
{
    /// <summary>Standard error, with the lines together into which a text was broken for a terminal.</summary>
    public string Error => Break().Replace(Printed, " ");

    [GeneratedRegex(@"\n(sbatch|srun|salloc|scontrol): error: (?!Batch job|Unable|Job submit)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Break();
}

/// <summary>How a submission ended.</summary>
/// <param name="JobId">Null when it was refused.</param>
/// <param name="Error">What sbatch printed on standard error, with broken lines together.</param>
/// <param name="Printed">As it was printed.</param>
/// <param name="Took">How long sbatch took.</param>
public sealed record Submission(string? JobId, string Error, string Printed, TimeSpan Took);

[CollectionDefinition(Name)]
public sealed class ClusterCollection : ICollectionFixture<BankedCluster>
{
    public const string Name = "one cluster";
}
