using SlurmBanking.Hooks.Abi;

namespace SlurmBanking.Plugins.Tests.Native;

/// <summary>The sizes and offsets that plugins/shim/facts.h asserts on its side.</summary>
public sealed unsafe class LayoutTests
{
    [Fact]
    public void Host()
    {
        HostFacts facts;
        Assert.Equal(56, sizeof(HostFacts));
        Assert.Equal(32, (byte*)&facts.SlurmVersion - (byte*)&facts);
    }

    [Fact]
    public void Submission()
    {
        SubmissionFacts facts;
        Assert.Equal(128, sizeof(SubmissionFacts));
        Assert.Equal(8, (byte*)&facts.Account - (byte*)&facts);
        Assert.Equal(88, (byte*)&facts.Uid - (byte*)&facts);
        Assert.Equal(120, (byte*)&facts.CpusPerTask - (byte*)&facts);
    }

    [Fact]
    public void Modification()
    {
        ModificationFacts facts;
        Assert.Equal(152, sizeof(ModificationFacts));
        Assert.Equal(24, (byte*)&facts.Wanted - (byte*)&facts);
    }

    [Fact]
    public void End()
    {
        EndFacts facts;
        Assert.Equal(128, sizeof(EndFacts));
        Assert.Equal(32, (byte*)&facts.Account - (byte*)&facts);
        Assert.Equal(80, (byte*)&facts.JobId - (byte*)&facts);
    }

    [Fact]
    public void Answers()
    {
        Answer answer;
        Assert.Equal(32, sizeof(Answer));
        Assert.Equal(24, (byte*)&answer.Refused - (byte*)&answer);
    }
}
