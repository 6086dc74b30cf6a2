using System.Security.Cryptography;
using System.Text;
using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.Configuration;

/// <summary>
/// Holds the configuration in force. A changed file is validated and swapped in; a bad one is reported and the last good one
/// stays, also across restarts: a copy is kept in the state directory (mode 0600, since it may hold the token).
/// </summary>
internal sealed class SettingsStore
{
    private const int MostRemembered = 64;

    private readonly string _file;
    private readonly string _lastGoodFile;
    private readonly SidecarMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<SettingsStore> _logger;
    private volatile SettingsSnapshot _current;
    private volatile List<InForce> _history = [];
    private string? _seenHash;
    private string _seenCredentials = "";

    public SettingsStore(SidecarPaths paths, SidecarMetrics metrics, TimeProvider time, ILogger<SettingsStore> logger)
    {
        _file = paths.ConfigFile;
        _lastGoodFile = paths.LastGoodConfigFile;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _current = new SettingsSnapshot(null, "", time.GetUtcNow(), [], Degraded: true);
        Refresh();
        if (_current.Settings is null)
        {
            UseLastGood();
        }
    }

    public SettingsSnapshot Current => _current;

    /// <summary>Raised after another configuration, or another content of the token or CA file that it names, came into force.</summary>
    public event Action? Changed;

    /// <summary>The configuration that was in force at a time, as far back as is known: that of a job's start prices the job.</summary>
    /// <exception cref="InvalidOperationException">None has ever been in force.</exception>
    public BankSettings InForceAt(DateTimeOffset time)
    {
        var history = _history;
        return (history.FindLast(entry => entry.From <= time) ?? history.FirstOrDefault())?.Settings
            ?? throw new InvalidOperationException(Problems.NoConfiguration);
    }

    /// <summary>Since when it is known which configuration was in force.</summary>
    public DateTimeOffset KnownSince => _history.FirstOrDefault()?.From ?? DateTimeOffset.MaxValue;

    /// <summary>Looks at the file, and takes it if it changed and can be used.</summary>
    public void Refresh()
    {
        string text;
        try
        {
            text = File.ReadAllText(_file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_seenHash != "")
            {
                _seenHash = "";
                Reject([Failures.FileUnreadable(_file, e.Message)]);
            }

            return;
        }

        var hash = HashOf(text);
        if (hash != _seenHash)
        {
            _seenHash = hash;
            Take(text, hash);
        }
        else
        {
            WatchCredentials();
        }
    }

    // What waits for another token or certificate learns of it at once; the files themselves are read whenever they are used.
    private void WatchCredentials()
    {
        var credentials = CredentialsOf(_current.Settings);
        if (credentials != _seenCredentials)
        {
            _seenCredentials = credentials;
            Log.CredentialsChanged(_logger);
            Changed?.Invoke();
        }
    }

    private static string CredentialsOf(BankSettings? settings) =>
        settings is null ? "" : HashOf(ContentOf(settings.Api.TokenFile) + '\n' + ContentOf(settings.Api.CaFile));

    private static string ContentOf(string file)
    {
        try
        {
            return file.Length == 0 ? "" : File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private void Take(string text, string hash)
    {
        var reading = BankConfigReader.Read(text, _file);
        var problems = reading.Problems.Select(static problem => problem.ToString()).ToList();
        if (reading.Settings is null)
        {
            Reject(problems);
            return;
        }

        problems.ForEach(problem => Log.ConfigurationProblem(_logger, problem));
        _current = new SettingsSnapshot(reading.Settings, hash, _time.GetUtcNow(), problems, Degraded: false);
        _seenCredentials = CredentialsOf(reading.Settings);
        Remember(reading.Settings, text);
        _metrics.Reloaded("accepted");
        Log.ConfigurationInForce(_logger, _file, hash[..12]);
        KeepLastGood(text);
        Changed?.Invoke();
    }

    // At the start the last good one tells since when it has been in force, or what was before.
    private void Remember(BankSettings settings, string text)
    {
        var history = new List<InForce>(_history);
        var from = _time.GetUtcNow();
        if (history.Count == 0 && LastGood() is var (since, before))
        {
            if (before == text)
            {
                from = since;
            }
            else if (BankConfigReader.Read(before, _lastGoodFile).Settings is { } earlier)
            {
                history.Add(new InForce(since, earlier));
            }
        }

        history.Add(new InForce(from, settings));
        _history = history.Count > MostRemembered ? history[^MostRemembered..] : history;
    }

    private (DateTimeOffset Since, string Text)? LastGood()
    {
        try
        {
            return (new DateTimeOffset(File.GetLastWriteTimeUtc(_lastGoodFile)), File.ReadAllText(_lastGoodFile));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Reject(List<string> problems)
    {
        problems.ForEach(problem => Log.ConfigurationProblem(_logger, problem));
        _metrics.Reloaded("rejected");
        Log.ConfigurationRejected(_logger, _file);
        _current = _current with { Problems = problems, Degraded = true };
    }

    private void UseLastGood()
    {
        // Where there is none submissions follow the default outage policy until the file can be used.
        if (LastGood() is var (_, text) && BankConfigReader.Read(text, _lastGoodFile).Settings is { } settings)
        {
            _current = _current with { Settings = settings, Hash = HashOf(text), Loaded = _time.GetUtcNow() };
            Remember(settings, text);
            Log.ConfigurationLastGood(_logger, _lastGoodFile);
        }
    }

    private void KeepLastGood(string text)
    {
        if (LastGood()?.Text == text)
        {
            return;
        }

        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            var next = _lastGoodFile + ".next";
            using (var writer = new StreamWriter(next, options))
            {
                writer.Write(text);
            }

            File.Move(next, _lastGoodFile, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.LastGoodNotKept(_logger, _lastGoodFile, e.Message);
        }
    }
}
