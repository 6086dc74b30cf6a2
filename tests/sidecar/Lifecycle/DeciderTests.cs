using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Tests.Lifecycle;

/// <summary>Each answer that the decider can give, reached once at least, in its exact words.</summary>
public sealed class DeciderTests
{
    private const string Dear = "it may cost up to 48.00 SU (16 CPUs x 4:00:00 x 0.75 SU/CPU-h)";

    private static readonly PolicySettings Allow = new();
    private static readonly PolicySettings Deny = new() { WhenBankUnavailable = OutagePolicy.Deny };
    private static readonly PolicySettings Cached = new() { WhenBankUnavailable = OutagePolicy.Cached, CachedFor = TimeSpan.FromHours(1) };

    private static readonly Dictionary<string, Case> Cases = new(StringComparer.Ordinal)
    {
        ["fits exactly"] = new(Room(48m), None, true, Allow, Decision.Accept(DecisionReason.Fits)),
        ["fits beside what is held"] = new(Room(148m), Held(100m, 3), true, Allow, Decision.Accept(DecisionReason.Fits)),
        ["no limits at the bank"] = new(
            new Headroom(null, null, null, Given.Noon),
            Held(100m, 3),
            true,
            Deny,
            Decision.Accept(DecisionReason.Fits)
        ),
        ["a hundredth too little"] = new(
            Room(47.99m),
            None,
            true,
            Allow,
            Insufficient($"account fc_abc can't afford this job: {Dear}; 47.99 available")
        ),
        ["the contract's own example"] = new(
            Room(42.5m),
            Held(30m, 3),
            true,
            Allow,
            Insufficient($"account fc_abc can't afford this job: {Dear}; 12.50 available, 30.00 held by 3 jobs")
        ),
        ["one job holds the rest"] = new(
            Room(50m),
            Held(30m, 1),
            true,
            Allow,
            Insufficient($"account fc_abc can't afford this job: {Dear}; 20.00 available, 30.00 held by 1 job")
        ),
        ["overdrawn"] = new(Room(-5m), None, true, Allow, Insufficient($"account fc_abc can't afford this job: {Dear}; -5.00 available")),
        ["the user's own limit"] = new(
            new Headroom(Given.Su(1000m), Given.Su(50m), null, Given.Noon),
            Held(10m, 2),
            true,
            Allow,
            Insufficient($"user 1000's limit in account fc_abc can't afford this job: {Dear}; 40.00 available, 10.00 held by 2 jobs")
        ),
        ["the account comes before the user"] = new(
            new Headroom(Given.Su(1m), Given.Su(2m), null, Given.Noon),
            None,
            true,
            Allow,
            Insufficient($"account fc_abc can't afford this job: {Dear}; 1.00 available")
        ),
        ["the bank's own refusal"] = new(
            new Headroom(null, null, "User bob is not a member of account fc_abc.", Given.Noon),
            None,
            true,
            Allow,
            Decision.Refuse(DecisionReason.BankRefused, "User bob is not a member of account fc_abc.")
        ),
        ["never asked, allow"] = new(null, None, true, Allow, Decision.Accept(DecisionReason.BankUnavailable)),
        ["never asked, deny"] = new(null, None, true, Deny, Unasked("deny")),
        ["never asked, cached"] = new(null, None, false, Cached, Unasked("cached")),
        ["outage, allow: what is known to fit"] = new(Room(48m), None, false, Allow, Decision.Accept(DecisionReason.BankUnavailable)),
        ["outage, allow: what is known not to fit"] = new(
            Room(47m),
            None,
            false,
            Allow,
            Insufficient($"account fc_abc can't afford this job: {Dear}; 47.00 available")
        ),
        ["outage, deny"] = new(Room(48m), None, false, Deny, Unasked("deny")),
        ["outage, cached and fresh"] = new(Room(48m, hoursOld: 1), None, false, Cached, Decision.Accept(DecisionReason.BankUnavailable)),
        ["outage, cached and too old"] = new(Room(48m, hoursOld: 1.01), None, false, Cached, Unasked("cached")),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_submission_gets_its_answer(string name)
    {
        var (headroom, outstanding, available, policy, expected) = Cases[name];
        var quote = (Quote.Priced)
            Quoter.Quote(
                Given.Request() with
                {
                    Partitions = ["normal"],
                    Tasks = 16,
                    TimeLimit = TimeSpan.FromHours(4),
                },
                Given.Cluster,
                Given.Settings()
            );
        Assert.Equal(
            expected,
            Decider.Decide(
                quote,
                Given.Account,
                Given.Uid,
                headroom,
                outstanding,
                outstanding,
                available ? null : DecisionReason.BankUnavailable,
                policy,
                Given.Noon
            )
        );
    }

    [Fact]
    public void The_cases_reach_every_reason_that_is_the_deciders_to_give() =>
        Assert.Equal(
            [DecisionReason.Fits, DecisionReason.Insufficient, DecisionReason.BankRefused, DecisionReason.BankUnavailable],
            Cases.Values.Select(static one => one.Expected.Reason).Distinct().Order()
        );

    private static Headroom Room(decimal amount, double hoursOld = 0) => new(Given.Su(amount), null, null, Given.Noon.AddHours(-hoursOld));

    private static Tally None => default;

    private static Tally Held(decimal amount, int jobs) => new(Given.Su(amount), jobs);

    private static Decision Insufficient(string message) => Decision.Refuse(DecisionReason.Insufficient, message);

    private static Decision Unasked(string word) =>
        Decision.Refuse(
            DecisionReason.BankUnavailable,
            "the bank can't be asked about account fc_abc now, and this cluster's policy is to refuse "
                + $"(when_bank_unavailable = \"{word}\"); try again later"
        );

    private sealed record Case(Headroom? Headroom, Tally Outstanding, bool Available, PolicySettings Policy, Decision Expected);
}
