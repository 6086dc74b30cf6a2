using System.Diagnostics;
using System.Text.RegularExpressions;
using Google.Protobuf;
using SlurmBanking.Plugins.Tests.Peer;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Plugins.Tests.Native;

/// <summary>What the SPANK plugin leaves for the sidecar when that can't take a start, and when it leaves nothing.</summary>
public sealed partial class StartSpoolTests : IDisposable
{
    /// <summary>SB_SPOOL_MAX.</summary>
    private const int Most = 1000;

    private const uint Stranger = 65534;
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Kept = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly RuntimeDirectory _directory = new();
    private readonly RuntimeDirectory _spool = new();
    private readonly PublishedPlugins _plugins;
    private readonly LaunchedStep _step;

    public StartSpoolTests(PublishedPlugins plugins)
    {
        Assert.SkipUnless(Environment.UserName == "root", "slurmstepd is root");
        _plugins = plugins;
        _step = new LaunchedStep(plugins);
    }

    public void Dispose()
    {
        _directory.Dispose();
        _spool.Dispose();
    }

    [Fact]
    public void Nobody_there()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        Assert.Contains($"no sidecar listens; it is kept in {_spool.Path}\n", Launch(), StringComparison.Ordinal);

        var file = Assert.Single(Files());
        Assert.Matches(FileName(), Path.GetFileName(file));
        Assert.Equal(Kept, File.GetUnixFileMode(file));
        var bytes = File.ReadAllBytes(file);
        Assert.Equal(bytes.Length - Frame.HeaderBytes, Frame.ReadHeader(bytes));
        var start = Request.Parser.ParseFrom(bytes.AsSpan(Frame.HeaderBytes)).Start;
        Assert.Equal((LaunchedStep.Job, LaunchedStep.User, LaunchedStep.Node), (start.JobId, start.Uid, start.Node));
        Assert.InRange(start.Time, before, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    }

    [Fact]
    public void Each_start_is_a_file_of_its_own()
    {
        Launch();
        Launch();
        Assert.Equal(2, Files().Length);
    }

    [Fact]
    public void A_frozen_sidecar()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, static _ => []);
        var clock = Stopwatch.StartNew();

        Launch();

        Assert.Single(Files());
        Assert.True(clock.ElapsedMilliseconds < 2000, $"{clock.Elapsed} for a deadline of 100 ms");
    }

    [Fact]
    public void A_hang_up()
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(static _ => throw new HangUpException()));
        Launch();
        Assert.Single(Files());
    }

    [Theory]
    [InlineData(Rejection.Types.Reason.NotNow, 1)]
    [InlineData(Rejection.Types.Reason.NotAuthorized, 0)]
    [InlineData(Rejection.Types.Reason.NotUnderstood, 0)]
    public void A_rejection(Rejection.Types.Reason reason, int files)
    {
        var rejection = new Reply
        {
            Rejection = new Rejection { Reason = reason, Message = "no" },
        };
        using (new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(rejection)))
        {
            Launch();
        }

        Assert.Equal(files, Files().Length);

        // The same before the hello is answered.
        using (new ScriptedSidecar(_directory.Socket, _ => ScriptedSidecar.FrameOf(rejection)))
        {
            Launch();
        }

        Assert.Equal(2 * files, Files().Length);
    }

    [Fact]
    public void What_was_taken_or_is_not_wanted_is_not_kept_as_well()
    {
        using (new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(new Reply { Receipt = new Receipt() })))
        {
            Assert.StartsWith("debug: ", Launch(), StringComparison.Ordinal);
        }

        var welcome = ScriptedSidecar.Welcome.Clone();
        welcome.Enabled = false;
        using (new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Greeting(welcome, static _ => [])))
        {
            Launch();
        }

        Assert.Empty(Files());
    }

    [Fact]
    public void The_environment_says_where_too_and_an_argument_comes_first()
    {
        var elsewhere = _directory.Path;
        var socket = $"socket={_directory.Socket}";
        File.SetUnixFileMode(elsewhere, OwnersAlone);

        _step.Launch([$"SLURM_BANKING_SPOOL={_spool.Path}"], socket);
        Assert.Single(Files());
        _step.Launch([$"SLURM_BANKING_SPOOL={elsewhere}"], $"spool={_spool.Path}", socket);
        Assert.Equal(2, Files().Length);
        Assert.Empty(Directory.GetFiles(elsewhere));
    }

    [Fact]
    public void A_directory_that_is_not_there_is_not_made_and_nobody_is_told()
    {
        var absent = Path.Combine(_spool.Path, "absent");
        var log = _step.Launch([], $"socket={_directory.Socket}", $"spool={absent}").TrimEnd('\n');
        Assert.StartsWith("debug: ", log, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', log);
        Assert.False(Directory.Exists(absent));

        File.WriteAllText(absent, "");
        _step.Launch([], $"socket={_directory.Socket}", $"spool={absent}");
        Assert.Equal("", File.ReadAllText(absent));
    }

    [Fact]
    public void A_directory_that_others_can_reach()
    {
        _spool.AddMode(UnixFileMode.OtherExecute);
        Assert.Contains("others than its owner and group can reach it", Launch(), StringComparison.Ordinal);
        Assert.Empty(Files());
    }

    [Fact]
    public void A_sidecar_that_is_gone_for_good_does_not_fill_the_disk()
    {
        for (var i = 0; i < Most - 1; i++)
        {
            File.WriteAllText(Path.Combine(_spool.Path, $"{i}"), "");
        }

        Launch();
        Assert.Equal(Most, Files().Length);
        Assert.Contains("it is full", Launch(), StringComparison.Ordinal);
        Assert.Equal(Most, Files().Length);
    }

    [Fact]
    public async Task A_sidecar_of_another_user_takes_them()
    {
        // As it is installed (eng/packaging/tmpfiles.d), and as Slurm's user alone may have it.
        var ways = new[] { ("0:65534", "2770"), ("65534:65534", "0700") };
        foreach (var (owner, mode) in ways)
        {
            using var place = new RuntimeDirectory();
            using var spool = new RuntimeDirectory();
            PublishedPlugins.Run("chown", owner, spool.Path);
            PublishedPlugins.Run("chmod", mode, spool.Path);
            _step.Launch([], $"socket={_directory.Socket}", $"spool={spool.Path}");
            Assert.Single(Directory.GetFiles(spool.Path, "*.frame"));

            using var sidecar = new NodeSidecar(Path.Combine(_plugins.Root, "artifacts/publish/sidecar"), place.Path, Stranger, spool.Path);
            await sidecar.UntilAsync("slurm_banking_starts_kept", 1);
            await sidecar.UntilAsync("slurm_banking_facts_total{kind=\"spooled\"}", 1);
            Assert.Empty(Directory.GetFileSystemEntries(spool.Path));
        }
    }

    private string Launch() => _step.Launch([], $"socket={_directory.Socket}", $"spool={_spool.Path}");

    private string[] Files() => Directory.GetFiles(_spool.Path);

    [GeneratedRegex("^[0-9a-f]{32}\\.frame$", RegexOptions.None, 1000)]
    private static partial Regex FileName();
}
