using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Reconciliation;
using SlurmBanking.Operator.Validation;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Operator.Tests.Reconciliation;

/// <summary>What a status says of what happened, in its whole words.</summary>
public sealed class ReportTests
{
    private static readonly IReadOnlyList<FieldProblem> Nine =
    [
        .. Enumerable.Range(1, 9).Select(static i => new FieldProblem($"spec.f{i}", "is wrong", IsError: true)),
    ];

    [Fact]
    public void More_than_eight_problems_are_counted_and_what_becomes_of_the_files_is_said()
    {
        const string Listed =
            "spec.f1: is wrong; spec.f2: is wrong; spec.f3: is wrong; spec.f4: is wrong; "
            + "spec.f5: is wrong; spec.f6: is wrong; spec.f7: is wrong; spec.f8: is wrong, and 1 more; ";
        Says(new Report { Errors = Nine }, ConditionTypes.Rendered, "False", $"{Listed}nothing was rendered");
        Says(
            new Report { Errors = Nine, Hash = "00" },
            ConditionTypes.Rendered,
            "False",
            $"{Listed}the last good configuration stays as it is"
        );
        Says(new Report { Errors = [Nine[0]] }, ConditionTypes.Rendered, "False", "spec.f1: is wrong; nothing was rendered");
    }

    [Fact]
    public void What_is_in_the_way_is_named()
    {
        var taken = new Report { TakenBy = "first" };
        Says(taken, ConditionTypes.Rendered, "False", "BankingConfig first has this cluster; nothing was rendered");
        Says(
            taken,
            ConditionTypes.Conflict,
            "True",
            "BankingConfig first, which is older, is for the same cluster: one of the two has to go, or to name another"
        );
        Says(
            new Report { Refusal = "secrets is forbidden" },
            ConditionTypes.Rendered,
            "False",
            "the API server refused an object: secrets is forbidden; it is tried again, and nothing was rendered"
        );
    }

    [Fact]
    public void Partitions_without_a_price_are_named_and_more_than_eight_of_them_counted()
    {
        string[] all = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
        Says(
            Seeing(all),
            ConditionTypes.PartitionsPriced,
            "False",
            "spec.partitionPrices: no price for a, b, c, d, e, f, g, h, and 2 more"
        );
        Says(Seeing("gpu"), ConditionTypes.PartitionsPriced, "False", "spec.partitionPrices: no price for gpu");
        Says(Seeing(), ConditionTypes.PartitionsPriced, "True", "every partition has a price");
    }

    [Theory]
    [InlineData(BankStatus.Types.State.Reachable, "True", "the bank at https://bank.example.org answers")]
    [InlineData(BankStatus.Types.State.TokenRefused, "True", "the bank at https://bank.example.org answers, but refuses the token")]
    [InlineData(
        BankStatus.Types.State.Unreachable,
        "False",
        "the bank at https://bank.example.org does not answer: submissions follow spec.policy.whenBankUnavailable, and nothing is lost"
    )]
    public void The_bank_is_named_by_its_address(BankStatus.Types.State state, string status, string message) =>
        Says(
            new Report
            {
                Observation = new Observation(
                    new StatusReply
                    {
                        Bank = new BankStatus { State = state, Url = "https://bank.example.org" },
                    },
                    ""
                ),
            },
            ConditionTypes.BankReachable,
            status,
            message
        );

    [Fact]
    public void Ready_says_what_the_first_condition_says_that_is_not_good() =>
        Says(new Report { Errors = [Nine[0]] }, ConditionTypes.Ready, "False", "spec.f1: is wrong; nothing was rendered");

    private static Report Seeing(params string[] unpriced) =>
        new()
        {
            Observation = new Observation(
                new StatusReply
                {
                    View = new ViewStatus { Ready = true, UnpricedPartitions = { unpriced } },
                },
                ""
            ),
        };

    private static void Says(Report report, string type, string status, string message)
    {
        var condition = report.Status(Given.Config(), Given.Noon).Conditions!.Single(one => one.Type == type);
        Assert.Equal((status, message), (condition.Status, condition.Message));
    }
}
