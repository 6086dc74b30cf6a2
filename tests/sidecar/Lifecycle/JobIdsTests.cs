using FsCheck.Xunit;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Tests.Lifecycle;

public sealed class JobIdsTests
{
    [Property]
    public bool It_contains_exactly_what_was_added(uint[] added, uint[] others)
    {
        var ids = new JobIds();
        Array.ForEach(added, ids.Add);
        return added.All(ids.Contains) && others.All(id => ids.Contains(id) == added.Contains(id));
    }

    [Theory]
    [InlineData(63u, 64u)]
    [InlineData(4095u, 4096u)]
    [InlineData(uint.MaxValue - 1, uint.MaxValue)]
    public void Neighbours_are_told_apart(uint one, uint next)
    {
        var ids = new JobIds();
        ids.Add(one);
        Assert.Equal((true, false, false), (ids.Contains(one), ids.Contains(next), ids.Contains(one - 1)));
        ids.Add(next);
        Assert.True(ids.Contains(one) && ids.Contains(next));
    }
}
