using System.Diagnostics;
using Google.Protobuf;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Fuzz.Tests;

/// <summary>A spool full of rubbish with good files among it: the good ones reach the bank, the rest is set aside.</summary>
public sealed class SpoolTests
{
    private const int Files = 300;
    private const uint FirstJob = 3_000_000;
    private const UnixFileMode Kept = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    [Fact]
    public async Task No_good_file_is_lost_among_bad_ones_and_nothing_stops_the_reading()
    {
        await using var bank = await YesBank.StartAsync();
        using var sidecar = new FuzzedSidecar(bank.Url);
        await sidecar.UntilReadyAsync();
        var random = new Random(1);
        var dice = new FrameDice(random);
        string Name() => Path.Combine(sidecar.Spool, $"{random.NextInt64():x16}.frame");
        for (uint i = 0; i < Files; i++)
        {
            Put(Name(), random.Next(2) == 0 ? dice.Broken(dice.Body()) : FrameDice.Framed(dice.Body()));
            Put(Name(), Good(FirstJob + i));
        }

        for (var i = 0; i < 5; i++)
        {
            File.CreateSymbolicLink(Name(), "/dev/zero");
            File.CreateSymbolicLink(Name(), "/nonexistent");
            Directory.CreateDirectory(Name());
            using var fifo = Process.Start("mkfifo", [Name()]);
            await fifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        for (var i = 0; i < 300 && !IsDone(); i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Equal([], Directory.EnumerateFileSystemEntries(sidecar.Spool, "*.frame"));
        Assert.Equal([], Enumerable.Range((int)FirstJob, Files).Where(job => !bank.Jobs.ContainsKey($"{job}")));
        Assert.DoesNotContain(sidecar.Faults, static fault => !fault.Contains("is set aside", StringComparison.Ordinal));

        bool IsDone() =>
            !Directory.EnumerateFileSystemEntries(sidecar.Spool, "*.frame").Any()
            && Enumerable.Range((int)FirstJob, Files).All(job => bank.Jobs.ContainsKey($"{job}"));
    }

    // As plugins do: a file that is seen is whole.
    private static void Put(string path, byte[] content)
    {
        File.WriteAllBytes(path + ".next", content);
        File.SetUnixFileMode(path + ".next", Kept);
        File.Move(path + ".next", path);
    }

    private static byte[] Good(uint job) =>
        FrameDice.Framed(
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
