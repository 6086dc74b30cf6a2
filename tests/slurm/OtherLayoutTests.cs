namespace SlurmBanking.Slurm.Tests;

/// <summary>
/// Plugins that were built for another micro release and relabelled, on a Slurm whose structures have other sizes: nothing is read, which
/// is said, and the sweep of the queue bills every job. (One whose sizes are the same is in Pods/ControllerPodTests.)
/// </summary>
public sealed class OtherLayoutTests : IAsyncLifetime
{
    private readonly DirectoryInfo _build = Directory.CreateTempSubdirectory("slurm-banking-layout.");
    private BankedCluster? _cluster;

    public async ValueTask InitializeAsync()
    {
        _cluster = new BankedCluster
        {
            Settings =
            [
                ("PLUGINS", Path.Combine(_build.FullName, "plugins")),
                ("EXTRA_CONF", "JobCompParams=chain=jobcomp/filetxt"),
                ("PRICES", Bill.Prices),
                ("CONFIG_EXTRA", BankedCluster.SidecarSection),
            ],
        };
        await BuildAsync(_cluster);
        await _cluster.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        _build.Delete(recursive: true);
    }

    [Fact]
    public async Task Nothing_is_read_and_the_sweep_bills_every_job()
    {
        var bill = await Bill.OpenAsync(_cluster!);
        await bill.SubmitAsync("-p normal -n3", "sleep 3");
        await bill.SubmitAsync("-p debug -n1 --array=1-2", "sleep 2");
        var cancelled = await bill.SubmitAsync("-p debug -n2", "sleep 60");
        Assert.Null(await _cluster!.MarkAsync(cancelled));
        await bill.UntilAsync(
            "it has run for a second",
            jobs => jobs.Any(job => job.JobId == cancelled && job.State == "RUNNING" && job.Start < DateTime.Now.AddSeconds(-1))
        );
        await _cluster.SlurmAsync("games", "scancel", cancelled);
        await bill.IsRightAsync();
        await _cluster.AssertSlurmLivesAsync();

        var log = await File.ReadAllTextAsync(Path.Combine(_cluster.Directory, "log/slurmctld.log"));
        Assert.Contains(
            "job_submit/slurm_banking: built for Slurm 22.05.99, whose submissions have 888 bytes; these have 880: not read",
            log,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "jobcomp/slurm_banking: built for Slurm 22.05.99 (job records of 1056 bytes), but this slurmctld has another job_record_t "
                + "(job records of 1048 bytes)",
            log,
            StringComparison.Ordinal
        );
        Assert.Contains("so JobCompParams is not read", log, StringComparison.Ordinal);
    }

    // Slurm 22.05.99 is 22.05.8 with one more pointer in each of the structures, before fields that are read: in a job record behind
    // its head, which is the same in all releases.
    private async Task BuildAsync(BankedCluster cluster)
    {
        var script = $$"""
            set -euo pipefail
            cd '{{BankedCluster.Root}}'
            tree='{{_build.FullName}}/include'
            mkdir "$tree"
            (cd "$(eng/slurm-source.sh)" && find slurm src -name '*.h' | tar -c -T -) | tar -x -C "$tree"
            sed 's/0x160508/0x160563/' /usr/include/slurm/slurm_version.h >"$tree/slurm/slurm_version.h"
            grep -q 0x160563 "$tree/slurm/slurm_version.h"
            widen() (grep -qE "$2" "$tree/$1" && sed -Ei "0,/$2/s//&\n\tchar *of_another_release;/" "$tree/$1")
            widen slurm/slurm.h 'typedef struct job_descriptor \{'
            widen slurm/slurm.h 'char \*job_comp_loc;.*'
            widen src/slurmctld/slurmctld.h 'char +\*admin_comment;.*'
            SLURM_PREFIX='{{_build.FullName}}' SLURM_SOURCE="$tree" SLURM_PLUGIN_VERSION=0x160508 SHIMS_ONLY=1 \
                eng/build-plugins.sh '{{_build.FullName}}/plugins'
            cp artifacts/plugins/22.05.8/libslurm_banking.so '{{_build.FullName}}/plugins/'
            chmod 755 '{{_build.FullName}}'
            """;
        var built = await cluster.RunAsync("bash", ["-c", script]);
        Assert.True(built.ExitCode == 0, built.Output + built.Error);
    }
}
