using SlurmBanking.Hooks;
using SlurmBanking.Hooks.Abi;
using SlurmBanking.Hooks.Sidecar;
using SlurmBanking.Plugins.Tests.Peer;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Plugins.Tests.Sidecar;

/// <summary>What a submission takes of memory inside slurmctld: bytes of the thread that asks, on a 64-bit machine.</summary>
public sealed unsafe class AllocationTests : IDisposable
{
    private const int Submissions = 50;

    // In the first everything is made that is made once.
    private const int Blocks = 10;

    // Reply 40, Verdict 48, and the sentence for the user, of 17 letters here, 56.
    private const long Refused = 144;

    private readonly RuntimeDirectory _directory = new();
    private readonly CText _text = new();

    public void Dispose()
    {
        _text.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void An_accepted_submission_takes_nothing() =>
        Assert.Equal(0, Least(new Verdict { Answer = Verdict.Types.Answer.Accept, Amount = 4800 }, 0));

    [Fact]
    public void A_refused_submission_takes_what_the_user_is_told()
    {
        var refusal = new Verdict
        {
            Answer = Verdict.Types.Answer.Refuse,
            Amount = 4800,
            Message = "slurm-banking: no",
        };
        Assert.InRange(Least(refusal, Refused), 1, Refused);
    }

    // Of one submission, in the block that took least.
    private long Least(Verdict verdict, long budget)
    {
        using var sidecar = new ScriptedSidecar(_directory.Socket, ScriptedSidecar.Answering(new Reply { Verdict = verdict }));
        using var link = new SidecarLink(Hook.JobSubmit, _directory.Socket, "22.05.8", TimeProvider.System);
        var hook = new SubmissionHook(new Inquiry(link, _directory.Socket, TimeProvider.System));
        var facts = Facts.PlainSbatch() with
        {
            Account = _text.Of("fc_abc"),
            Partition = _text.Of("normal"),
            Name = _text.Of("job.sh"),
            NumTasks = 16,
            TimeLimit = 240,
        };
        var least = long.MaxValue;
        for (var block = 0; block < Blocks && least > budget; block++)
        {
            // One that was not answered in time, on a machine that is busy, does not count.
            var (taken, answered) = (0L, 0);
            for (var i = 0; i < Submissions; i++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var isAnswered = hook.Handle(in facts).Ruling.IsAnswered;
                taken += isAnswered ? GC.GetAllocatedBytesForCurrentThread() - before : 0;
                answered += isAnswered ? 1 : 0;
            }

            sidecar.Requests.Clear();
            least = answered > 0 ? Math.Min(least, taken / answered) : least;
        }

        return least;
    }
}
