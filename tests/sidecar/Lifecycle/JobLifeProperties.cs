using FsCheck.Xunit;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Sidecar.Tests.Lifecycle;

/// <summary>
/// Whatever of a set of jobs is reported, in whatever order and however often: once two complete listings have followed,
/// each run has one Charge at most and exactly one Settle, nothing is held, and when all deliveries are confirmed nothing is
/// outstanding. After each fact the tallies are the sums computed afresh, and the journal has the book's holds.
/// </summary>
public sealed class JobLifeProperties
{
    [Property(MaxTest = 500)]
    public void Random_facts_end_in_the_same_ledger(int seed)
    {
        var random = new Random(seed);

        // These listings show one job each; that a job which is not listed is forgotten in time is tested elsewhere.
        var ledger = new Ledger { Now = Given.Noon.AddSeconds(20_000) };
        var jobs = Enumerable.Range(1, random.Next(1, 6)).Select(number => new Story(number, random)).ToList();
        var facts = jobs.SelectMany(static job => job.Facts())
            .SelectMany(fact => Enumerable.Repeat(fact.Fact, Math.Max(fact.AtLeast, random.Next(3))))
            .ToArray();
        random.Shuffle(facts);
        foreach (var fact in facts)
        {
            fact(ledger);
            ledger.Audit();
            if (random.Next(4) == 0)
            {
                ledger.ConfirmOne();
                ledger.Audit();
            }
        }

        var last = jobs.SelectMany(static job => job.Final()).ToArray();
        ledger.List(Given.Listing(20_000, last));
        ledger.List(Given.Listing(20_030, last));
        ledger.Audit();
        foreach (var run in jobs.SelectMany(static job => job.Runs()))
        {
            var sent = ledger.Sent.Where(delivery => (delivery.Run.JobId, delivery.Run.Restart) == run).ToList();
            Assert.InRange(sent.Count(static delivery => delivery.Kind == DeliveryKind.Charge), 0, 1);
            Assert.Single(sent, static delivery => delivery.Kind == DeliveryKind.Settle);
            Assert.Equal(DeliveryKind.Settle, sent[^1].Kind);
        }

        Assert.Empty(ledger.Book.Holds);
        ledger.ConfirmAll();
        ledger.Audit();
        Assert.Equal(default, ledger.Book.Of(Given.Account));
        Assert.All(ledger.Book.Runs, static run => Assert.Equal(RunState.Settled, run.State));
    }

    /// <summary>A job that is cancelled while pending, runs once, or is requeued and runs twice; with or without a mark.</summary>
    private sealed class Story(int number, Random random)
    {
        private readonly uint _id = (uint)(number * 10);
        private readonly int _runs = random.Next(3);
        private readonly int? _mark = random.Next(4) == 0 ? null : number;

        public IEnumerable<(uint JobId, uint Restart)> Runs() => Enumerable.Range(0, _runs).Select(run => (_id, (uint)run));

        public IEnumerable<(Action<Ledger> Fact, int AtLeast)> Facts()
        {
            if (_mark is not null)
            {
                yield return (ledger => ledger.Hold(Given.Hold(number, 6m)), 0);
                yield return (ledger => ledger.List(Given.Listing(2, Job("PENDING", 0))), 0);
            }

            if (_runs == 0)
            {
                yield return (
                    ledger => ledger.End(Given.Ended(_id, _mark) with { State = "CANCELLED", Tres = TresCounts.None, Nodes = "" }),
                    0
                );
            }

            for (var run = 0u; run < _runs; run++)
            {
                var restart = run;

                // Of a run that was never seen and whose end was lost the queue knows nothing once the job runs again.
                var seen = random.Next(2);
                yield return (ledger => ledger.List(Given.Listing(4000 * (int)(restart + 1), Job("RUNNING", restart))), seen);
                yield return (ledger => ledger.End(Ended(restart)), 1 - seen);
            }
        }

        public IEnumerable<QueueJob> Final()
        {
            yield return _runs == 0 ? Job("CANCELLED", 0) with { Nodes = "", Tres = TresCounts.None } : Job("COMPLETED", (uint)_runs - 1);
        }

        private RunFacts Ended(uint restart)
        {
            var facts = Given.Ended(_id, _mark, restart);
            var queued = Queued(restart);
            return facts with { Submit = facts.Submit + queued, Start = facts.Start + queued, End = facts.End + queued };
        }

        private QueueJob Job(string state, uint restart)
        {
            var job = Given.Job(_id, state, _mark);
            var queued = Queued(restart);
            return job with
            {
                RestartCount = restart,
                SubmitTime = job.SubmitTime + queued,
                StartTime = job.StartTime + queued,
                EndTime = job.EndTime + queued,
            };
        }

        // When the first run has ended.
        private static TimeSpan Queued(uint restart) => TimeSpan.FromMinutes(61) * restart;
    }
}
