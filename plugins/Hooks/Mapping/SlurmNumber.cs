namespace SlurmBanking.Hooks.Mapping;

/// <summary>Slurm's sentinels (slurm.h), which never travel further than this.</summary>
internal static class SlurmNumber
{
    public const uint NoVal = 0xfffffffe;
    public const uint Infinite = 0xffffffff;
    public const ushort NoVal16 = 0xfffe;
    public const ulong NoVal64 = 0xfffffffffffffffe;

    /// <summary>The bit of pn_min_memory that says "per CPU" (MEM_PER_CPU).</summary>
    public const ulong MemPerCpu = 0x8000000000000000;

    /// <summary>A count of something that can't be none: null when not given, unlimited, or 0.</summary>
    public static uint? Count(uint value) => value is 0 or >= NoVal ? null : value;

    /// <inheritdoc cref="Count(uint)"/>
    public static uint? Count(ushort value) => value is 0 or >= NoVal16 ? null : value;

    /// <summary>A number for which 0 means something: null when not given or unlimited.</summary>
    public static uint? Given(uint value) => value >= NoVal ? null : value;

    /// <summary>
    /// "A time limit of zero requests that no time limit be imposed" (sbatch(1)); sbatch sends INFINITE, an API user may send 0.
    /// </summary>
    public static bool IsUnlimited(uint timeLimit) => timeLimit is Infinite or 0;

    /// <summary>A time limit in minutes: null when not given or unlimited.</summary>
    public static uint? Minutes(uint timeLimit) => IsUnlimited(timeLimit) ? null : Given(timeLimit);

    /// <summary>What pn_min_memory says, in MiB: per node, or per CPU, or neither.</summary>
    // The sentinels have the high bit too.
    public static (ulong? PerNode, ulong? PerCpu) Memory(ulong memory) =>
        memory >= NoVal64 ? (null, null)
        : (memory & MemPerCpu) != 0 ? (null, memory & ~MemPerCpu)
        : (memory, null);

    /// <summary>Seconds since 1970: null for 0 and what lies before.</summary>
    public static long? Time(long seconds) => seconds <= 0 ? null : seconds;
}
