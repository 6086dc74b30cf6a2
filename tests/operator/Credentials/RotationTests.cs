using FsCheck.Xunit;
using SlurmBanking.Operator.Credentials;

namespace SlurmBanking.Operator.Tests.Credentials;

/// <summary>At no moment do the two sides disagree, however late either sees a change.</summary>
public sealed class RotationTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private int _made;

    [Fact]
    public void The_first_is_made_and_presented_at_once()
    {
        var known = Advance([], Given.Noon);
        Assert.Equal("1", Assert.Single(known).Value);
        Assert.Equal("1", Rotation.Presented(known, Given.Noon).Value);
    }

    [Fact]
    public void A_successor_is_accepted_first_presented_later_and_the_old_one_forgotten_last()
    {
        var first = Advance([], Given.Noon);
        var due = Given.Noon + Lifetime;
        Assert.Equal(["1"], Values(Advance(first, due - TimeSpan.FromSeconds(1))));

        var both = Advance(first, due);
        Assert.Equal(["1", "2"], Values(both));
        Assert.Equal("1", Rotation.Presented(both, due).Value);
        Assert.Equal("1", Rotation.Presented(both, due + TimeSpan.FromMinutes(9)).Value);
        Assert.Equal("2", Rotation.Presented(both, due + TimeSpan.FromMinutes(10)).Value);

        // A node that was away for a day after that is still let in with the old one.
        Assert.Equal(["1", "2"], Values(Advance(both, due + TimeSpan.FromDays(1))));
        Assert.Equal(["2"], Values(Advance(both, due + TimeSpan.FromDays(1) + TimeSpan.FromMinutes(10))));
    }

    [Fact]
    public void The_next_change_is_the_next_moment_at_which_something_differs()
    {
        var both = Advance(Advance([], Given.Noon), Given.Noon + Lifetime);
        var due = Given.Noon + Lifetime;
        Assert.Equal(due, Rotation.NextChange([both[0]], Lifetime, Given.Noon));
        Assert.Equal(due + TimeSpan.FromMinutes(10), Rotation.NextChange(both, Lifetime, due));
        Assert.Equal(
            due + TimeSpan.FromMinutes(10) + TimeSpan.FromDays(1),
            Rotation.NextChange(both, Lifetime, due + TimeSpan.FromMinutes(10))
        );
    }

    /// <summary>
    /// The presenting side sees a Secret up to 90 s late, the accepting one too, at any hours at which the operator looks: what
    /// is presented is accepted.
    /// </summary>
    [Property]
    public void What_is_presented_is_accepted_however_late_it_is_seen(byte[] hoursBetweenLooks)
    {
        ArgumentNullException.ThrowIfNull(hoursBetweenLooks);
        var late = TimeSpan.FromSeconds(90);
        var states = new List<(DateTimeOffset At, IReadOnlyList<Dated<string>> Known, string Presented)>();
        IReadOnlyList<Dated<string>> known = [];
        var now = Given.Noon;
        foreach (var hours in hoursBetweenLooks)
        {
            // It looks when something is due, too, as the reconciler's requeue makes it.
            var next = now + TimeSpan.FromHours(hours);
            while (known.Count > 0 && Rotation.NextChange(known, Lifetime, now) is var due && due < next)
            {
                now = due;
                known = Advance(known, now);
                states.Add((now, known, Rotation.Presented(known, now).Value));
            }

            now = next;
            known = Advance(known, now);
            states.Add((now, known, Rotation.Presented(known, now).Value));
        }

        foreach (var seen in states)
        {
            // Whatever the accepting side has at any time in the window in which the other still presents this.
            var until = states.Find(later => later.At > seen.At && later.Presented != seen.Presented).At;
            var window = states.Where(one => one.At >= seen.At && (until == default || one.At < until + late));
            var before = states.LastOrDefault(one => one.At + late <= seen.At);
            Assert.All(window, one => Assert.Contains(seen.Presented, Values(one.Known)));
            if (before.Known is not null && states.IndexOf(before) > 0)
            {
                Assert.Contains(seen.Presented, Values(before.Known));
            }
        }
    }

    private IReadOnlyList<Dated<string>> Advance(IReadOnlyList<Dated<string>> known, DateTimeOffset now) =>
        Rotation.Advance(known, Lifetime, now, () => $"{++_made}");

    private static IEnumerable<string> Values(IEnumerable<Dated<string>> known) => known.Select(static one => one.Value);
}
