namespace SlurmBanking.Faults.Tests;

/// <summary>After each fault the bank's books are what they are without it. `make faults` runs them all, as often as wanted.</summary>
[Collection(FaultCollection.Name)]
public sealed class FaultTests(FaultRig rig)
{
    public static TheoryData<string> Short => [.. FaultList.All.Where(static fault => fault.InShort).Select(static fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Short))]
    public async Task No_run_is_lost_and_none_is_billed_twice(string fault)
    {
        var outcome = await rig.RunAsync(FaultList.All.Single(known => known.Name == fault));
        Assert.Equal([], outcome.Problems);
        Assert.Equal((0, 0), (outcome.Lost, outcome.Double));
    }
}
