using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Tests.Intake;

/// <summary>Whatever lies in the spool: what is good comes to the journal once, the rest is set aside and holds up nothing.</summary>
public sealed class SpoolReaderTests : IDisposable
{
    private const int Good = 40;
    private const UnixFileMode Kept = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private readonly Counter _counter = new();
    private readonly ControllerSpool _reader;

    public SpoolReaderTests()
    {
        Directory.CreateDirectory(_counter.Paths.SpoolDirectory);
        _reader = new ControllerSpool(
            _counter.Paths,
            _counter.Teller,
            _counter.Duty,
            _counter.Settings,
            SlurmUser.Own(),
            _counter.Metrics,
            TimeProvider.System,
            NullLogger<ControllerSpool>.Instance
        );
    }

    public void Dispose()
    {
        _reader.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        _reader.Dispose();
        _counter.Dispose();
    }

    [Fact]
    public async Task Good_files_are_taken_and_bad_ones_set_aside_whatever_they_are()
    {
        var frame = Ended(1);
        byte[][] contents =
        [
            [],
            frame[..3],
            frame[..^1],
            [.. frame, 0],
            [0xff, 0xff, 0xff, 0xff, .. frame[4..]],
            [0, 0, 0, 3, 0xff, 0xff, 0xff],
            Plugin.Framed(new Request { Submission = new Submission { Uid = 1 } }.ToByteArray()),
            Started(0),
            Plugin.Framed([]),
            new byte[Frame.MaxBodyBytes + 5],
        ];
        for (var i = 0; i < contents.Length; i++)
        {
            Put($"{i}-bad.frame", contents[i]);
        }

        Put("5-writable.frame", Ended(900), Kept | UnixFileMode.OtherWrite);
        File.CreateSymbolicLink(In("5-link.frame"), Put("elsewhere", Ended(901)));
        File.CreateSymbolicLink(In("5-dangling.frame"), "/nonexistent");
        File.CreateSymbolicLink(In("5-endless.frame"), "/dev/zero");
        Directory.CreateDirectory(In("5-directory.frame"));
        using (Process.Start("mkfifo", [In("5-fifo.frame")])) { }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(In("5-socket.frame")));
        var bad = contents.Length + 7;
        if (Environment.UserName == "root")
        {
            Put("5-stranger.frame", Ended(902));
            using var chown = Process.Start("chown", ["65534", In("5-stranger.frame")]);
            await chown.WaitForExitAsync(TestContext.Current.CancellationToken);
            bad++;
        }

        for (uint job = 1; job <= Good; job++)
        {
            Put($"{job % 10}-{job}.frame", Ended(job));
        }

        await _reader.StartAsync(CancellationToken.None);
        await UntilAsync(() => !Names().Any(static name => name.EndsWith(".frame", StringComparison.Ordinal)));
        await UntilAsync(() => _counter.Journal.Count().Pending == Good);
        Assert.Equal(bad, Names().Count(static name => name.EndsWith(".corrupt", StringComparison.Ordinal)));
        Assert.Equal(
            Enumerable.Range(1, Good).Select(static job => $"{job}").Order(StringComparer.Ordinal),
            _counter.Journal.ReadDue(100).Select(static due => due.Delivery.Job.JobSlurmId).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_start_makes_the_queue_be_looked_at_unless_starts_are_switched_off()
    {
        var wanted = new ConcurrentQueue<uint>();
        _counter.Teller.SweepWanted += (user, _) => wanted.Enqueue(user);
        Put("1.frame", Started(7));
        await _reader.StartAsync(CancellationToken.None);
        await UntilAsync(() => !Names().Any());
        Assert.Equal([1007u], wanted);
        _counter.Configure(await File.ReadAllTextAsync(_counter.Paths.ConfigFile) + "Enable.enable_spank_plugin = false\n");
        Put("2.frame", Started(8));
        await UntilAsync(() => !Names().Any());
        Assert.Equal([1007u], wanted);
    }

    [Fact]
    public async Task A_file_stays_until_what_it_says_is_durable()
    {
        using var disk = new ManualResetEventSlim();
        var held = _counter.Journal.Write(_ => disk.Wait());
        Put("1.frame", Ended(1));
        List<string> names;
        try
        {
            await _reader.StartAsync(CancellationToken.None);
            await UntilAsync(() => _counter.Journal.HasWork);
            await Task.Delay(300, TestContext.Current.CancellationToken);
            names = [.. Names()];
        }
        finally
        {
            disk.Set();
        }

        await held;
        Assert.Equal(["1.frame"], names);
        await UntilAsync(() => !Names().Any());
        Assert.Equal(1, _counter.Journal.Count().Pending);
    }

    [Fact]
    public async Task From_a_directory_that_everybody_can_write_nothing_is_taken_until_it_is_closed()
    {
        Put("1.frame", Ended(1));
        var mode = File.GetUnixFileMode(_counter.Paths.SpoolDirectory);
        File.SetUnixFileMode(_counter.Paths.SpoolDirectory, mode | UnixFileMode.OtherWrite);
        await _reader.StartAsync(CancellationToken.None);
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.Equal(["1.frame"], Names());
        File.SetUnixFileMode(_counter.Paths.SpoolDirectory, mode);
        await UntilAsync(() => _counter.Journal.Count().Pending == 1);
    }

    private static async Task UntilAsync(Func<bool> reached)
    {
        for (var i = 0; i < 200 && !reached(); i++)
        {
            await Task.Delay(50);
        }

        Assert.True(reached());
    }

    private IEnumerable<string> Names() =>
        new DirectoryInfo(_counter.Paths.SpoolDirectory).EnumerateFileSystemInfos().Select(static entry => entry.Name);

    private string In(string name) => Path.Combine(_counter.Paths.SpoolDirectory, name);

    // As plugins do: a file that is seen is whole.
    private string Put(string name, byte[] content, UnixFileMode mode = Kept)
    {
        File.WriteAllBytes(In("." + name), content);
        File.SetUnixFileMode(In("." + name), mode);
        File.Move(In("." + name), In(name));
        return In(name);
    }

    private static byte[] Started(uint job) =>
        Plugin.Framed(
            new Request
            {
                Start = new Start
                {
                    JobId = job,
                    Uid = 1000 + job,
                    Node = "n1",
                },
            }.ToByteArray()
        );

    private static byte[] Ended(uint job) =>
        Plugin.Framed(
            new Request
            {
                End = new End
                {
                    JobId = job,
                    Uid = 1000,
                    Account = "fc_abc",
                    Partition = "normal",
                    State = 3,
                    StartTime = 1_772_366_400,
                    EndTime = 1_772_370_000,
                    TotalCpus = 4,
                    TotalNodes = 1,
                },
            }.ToByteArray()
        );
}
