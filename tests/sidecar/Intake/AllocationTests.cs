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

    // Stays while the job waits: JobRequest 232, Hold 136, Asked 48, its place among the user's holds 104 while that table grows.
    // Until it is on the disk and in the log: the journal's entry 40, the price 96, its rates 56. The frame, its texts, the reply
    // and the sidecar's own errands take nothing.
    private const long Accepted = 712;

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
