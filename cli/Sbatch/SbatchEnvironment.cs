namespace SlurmBanking.Cli.Sbatch;

/// <summary>
/// What sbatch reads from the environment (sbatch(1), INPUT ENVIRONMENT VARIABLES): it overrides the script, and options override it.
/// </summary>
internal static class SbatchEnvironment
{
    private static readonly (string Variable, string Option)[] Known =
    [
        ("SBATCH_ACCOUNT", "account"),
        ("SBATCH_ARRAY_INX", "array"),
        ("SBATCH_EXCLUSIVE", "exclusive"),
        ("SBATCH_GPUS", "gpus"),
        ("SBATCH_GPUS_PER_NODE", "gpus-per-node"),
        ("SBATCH_GPUS_PER_TASK", "gpus-per-task"),
        ("SBATCH_GRES", "gres"),
        ("SBATCH_MEM_PER_CPU", "mem-per-cpu"),
        ("SBATCH_MEM_PER_NODE", "mem"),
        ("SBATCH_PARTITION", "partition"),
        ("SBATCH_QOS", "qos"),
        ("SBATCH_TIMELIMIT", "time"),
    ];

    /// <param name="read">Gives a variable's value; null when it is not set.</param>
    public static Dictionary<string, string> Options(Func<string, string?> read)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (variable, option) in Known)
        {
            if (read(variable) is { } value)
            {
                options[option] = value;
            }
        }

        return options;
    }
}
