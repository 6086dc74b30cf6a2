namespace SlurmBanking.Cli.Sbatch;

/// <summary>
/// sbatch's options (sbatch(1), 22.05 to 26.05): which take a value, so that what follows one is not taken for a batch script. Long ones
/// may be shortened as long as they stay unique, as getopt_long(3) has it.
/// </summary>
internal static class OptionTable
{
    // With a value.
    private const string Valued = """
        account=A acctg-freq array=a batch bb bbf begin=b chdir=D cluster-constraint clusters=M cluster comment consolidate-segments
        constraint=C container container-id core-spec=S cores-per-socket cpu-freq cpus-per-gpu cpus-per-task=c deadline delay-boot
        dependency=d distribution=m error=e exclude=x export export-file extra extra-node-info=B gid gpu-bind gpu-freq gpus=G
        gpus-per-node gpus-per-socket gpus-per-task gres gres-flags hint input=i job-name=J kill-on-invalid-dep licenses=L mail-type
        mail-user mcs-label mem mem-bind mem-per-cpu mem-per-gpu mincpus network nodefile=F nodelist=w nodes=N ntasks=n ntasks-per-core
        ntasks-per-gpu ntasks-per-node ntasks-per-socket open-mode oom-kill-step output=o partition=p power prefer priority profile
        qos=q reservation resv-ports segment signal sockets-per-node switches thread-spec threads-per-core time=t time-min tmp tres-bind
        tres-per-task uid wait-all-nodes wckey wrap
        """;

    // With a value after "=" alone.
    private const string MaybeValued = "exclusive get-user-env nice no-kill=k propagate spread-segments";

    private const string Plain = """
        contiguous help=h hold=H ignore-pbs no-requeue overcommit=O oversubscribe=s parsable quiet=Q reboot requeue
        spread-job stepmgr test-only usage use-min-nodes verbose=v version=V wait=W
        """;

    private static readonly Dictionary<string, OptionKind> Long = new(StringComparer.Ordinal);
    private static readonly Dictionary<char, string> Short = [];

    static OptionTable()
    {
        foreach (
            var (names, kind) in new[] { (Valued, OptionKind.Valued), (MaybeValued, OptionKind.MaybeValued), (Plain, OptionKind.Plain) }
        )
        {
            foreach (var name in names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                var parts = name.Split('=');
                Long[parts[0]] = kind;
                if (parts.Length > 1)
                {
                    Short[parts[1][0]] = parts[0];
                }
            }
        }
    }

    /// <summary>Finds a long option by its name, or by a beginning that only one has.</summary>
    public static (string Name, OptionKind Kind)? OfLong(string word)
    {
        if (Long.TryGetValue(word, out var kind))
        {
            return (word, kind);
        }

        var found = Long.Where(option => option.Key.StartsWith(word, StringComparison.Ordinal)).Take(2).ToList();
        return found is [var only] ? (only.Key, only.Value) : null;
    }

    /// <summary>Finds an option by its letter.</summary>
    public static (string Name, OptionKind Kind)? OfShort(char letter) =>
        Short.TryGetValue(letter, out var name) ? (name, Long[name]) : null;
}
