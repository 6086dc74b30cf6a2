using SlurmBanking.Cli.Sbatch;

namespace SlurmBanking.Cli.Tests.Sbatch;

public sealed class BatchScriptTests
{
    [Fact]
    public void Lines_are_read_up_to_the_first_command()
    {
        var options = Assert.Single(
            BatchScript.Read([
                "#!/bin/bash",
                "",
                "# a comment",
                "#SBATCH --account=physics   # who pays",
                "#SBATCH -J \"a job # of mine\" --comment='it''s' --chdir=/a\\ b",
                "##SBATCH -n 7",
                "   ",
                "module load x",
                "#SBATCH -n 9",
            ])
        );
        Assert.Equal(
            [("account", "physics"), ("chdir", "/a b"), ("comment", "its"), ("job-name", "a job # of mine")],
            options.Select(static pair => (pair.Key, pair.Value)).OrderBy(static pair => pair.Key, StringComparer.Ordinal)
        );
    }

    [Fact]
    public void A_fault_names_its_line()
    {
        var fault = Assert.Throws<SbankException>(static () => BatchScript.Read(["#!/bin/sh", "#SBATCH -n 1", "#SBATCH --nosuch"]));
        Assert.Equal("line 3: --nosuch is no option of sbatch", fault.Message);
    }

    [Fact]
    public void What_is_no_script_is_refused()
    {
        var fault = Assert.Throws<SbankException>(static () => BatchScript.Read(["echo"]));
        Assert.Equal(ExitCode.Misused, fault.ExitCode);
    }
}
