using System.Text;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Tests.Intake;

/// <summary>
/// What a decision takes of memory, from the frame to the reply: what stays of an accepted job, and as good as nothing else. Bytes of the
/// thread that decides, on a 64-bit machine.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class AllocationTests
{
    private const int Decisions = 1000;

    // In some of them a table grows, or is made, or code runs that the runtime has not optimised yet.
    private const int Blocks = 300;

    // Stays while the job waits: JobRequest 232, Hold 136, Asked 48, its place among the user's holds 131 while that table grows:
    // 3631 places of 36 until it has room for 1000.
    // Until it is on the disk and in the log: the journal's entry 40, the price 96, its rates 56. The frame, its texts, the reply
    // and the sidecar's own errands take nothing.
    private const long Accepted = 739;

    // JobRequest 232, the price 96, its rates 56; the sentence for the user 288 and what it is put together of, 680: itself without our
    // name 256, whose account it is 96, what was asked for 152, how that came about 88, 48 and 40.
    private const long Refused = 1352;

    // Of a job that the sidecar never met, from jobcomp's words to the commit. Measured, not added up, and a fifth more: as texts for
    // SQLite, and with tables for a handful of TRES, it was 17 kB, and collecting them stopped decisions.
    private const long Ended = 6000;

    // After tests that kept the compiler busy, code may stay as it was compiled first for long: it boxes two amounts, 24, and a price, 32,
    // for the sentence, each up to three times.
    private const long Boxes = 3 * (24 + 24 + 32);

    [Fact]
    public void An_accepted_submission_takes_what_stays_of_it()
    {
        using var desk = WarmDesk.Rich();
        Assert.Equal(Verdict.Types.Answer.Accept, desk.Verdict(desk.Ask()).Answer);
        Assert.InRange(Least(desk, Accepted), 1, Accepted);
    }

    [Fact]
    public void A_refused_submission_takes_the_request_the_price_and_what_the_user_is_told()
    {
        using var desk = WarmDesk.Poor();
        Assert.Equal(
            "slurm-banking: account fc_abc can't afford this job: it may cost up to 48.00 SU (16 CPUs x 4:00:00 x 0.75 SU/CPU-h); 30.00 available",
            desk.Verdict(desk.Ask()).Message
        );
        Assert.InRange(Least(desk, Refused), 1, Refused + Boxes);
    }

    [Fact]
    public void An_end_takes_no_more_than_its_run_its_record_and_what_they_are_made_of()
    {
        using var desk = WarmDesk.Rich();
        var (least, job) = (long.MaxValue, 0U);
        for (var block = 0; block < Blocks && least > Ended; block++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Decisions; i++)
            {
                _ = desk.End(++job);
            }

            desk.Commit();
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / Decisions);
            Thread.Sleep(10);
        }

        Assert.InRange(least, 1, Ended);
    }

    // What a listing shows again, of one job, from the line to the end: measured, and a fifth more. Nearly all of it is gone at once; as
    // objects that were kept until all had been read it stopped decisions for 30 ms and more.
    [Theory]
    [InlineData("PENDING", 3900)]
    [InlineData("RUNNING", 2300)]
    [InlineData("COMPLETED", 2500)]
    public void What_the_queue_shows_again_takes_little(string state, long most)
    {
        const int jobs = 1000;
        var life = new JobLife(new Book(), Given.Noon.AddDays(-1));
        var (settings, least) = (Given.Settings(), long.MaxValue);
        var lines = Enumerable.Range(1, jobs).Select(job => Line(job, state)).ToList();
        for (var block = 0; block < Blocks && least > most; block++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var read = new SqueueOutput();
            lines.ForEach(line => read.Take(line));
            foreach (var step in QueueIntake.Steps(life, read.Listing(Given.Noon.AddSeconds(90), null), Given.Cluster, settings))
            {
                _ = step();
            }

            least = block == 0 ? least : Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / jobs);
        }

        Assert.InRange(least, 1, most);
        Assert.Equal(jobs, life.Book.Holds.Count + life.Book.Runs.Count);
    }

    private static byte[] Line(int job, string state)
    {
        var noon = Given.Noon.ToUnixTimeSeconds();
        var (start, end, used) = state switch
        {
            "PENDING" => ("N/A", "N/A", "0:00"),
            "RUNNING" => ($"{noon + 60}", $"{noon + 7260}", "1:00"),
            _ => ($"{noon + 60}", $"{noon + 80}", "0:20"),
        };
        string[] fields =
        [
            $"{job}",
            $"{job}",
            "N/A",
            "1000",
            $"fc_{job % 50}",
            "normal",
            "normal",
            state,
            "0",
            $"{noon}",
            start,
            end,
            used,
            "2:00:00",
            state == "PENDING" ? "" : $"n{job}",
            "cpu=4,mem=16G,node=1,billing=4",
            "OK",
            "0",
            "65534",
            "1",
            "N/A",
            "N/A",
            "4",
            $"slurm-banking:{job:x32}:6.00",
            "",
        ];
        return Encoding.UTF8.GetBytes(string.Join('\x1f', fields));
    }

    // Of one decision, in the block that took least.
    private static long Least(WarmDesk desk, long budget)
    {
        var least = long.MaxValue;
        for (var block = 0; block < Blocks && least > budget; block++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Decisions; i++)
            {
                desk.Ask();
            }

            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / Decisions);
            desk.Clear();
            Thread.Sleep(10);
        }

        return least;
    }
}
