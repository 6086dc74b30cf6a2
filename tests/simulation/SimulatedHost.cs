using Google.Protobuf;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Simulation.Tests;

/// <summary>A controller's host: its disk outlives the processes on it.</summary>
internal sealed class SimulatedHost(string name, string directory, bool tears, Random random)
{
    public string Name => name;

    public SidecarPaths Paths { get; } =
        new(
            Path.Combine(directory, "bank-config.toml"),
            Path.Combine(directory, name, "state"),
            Path.Combine(directory, name, "run"),
            Path.Combine(directory, name, "spool")
        );

    public Disk Disk { get; } = new(Path.Combine(directory, name, "state", "sidecar.db"), tears);

    /// <summary>Null while none runs.</summary>
    public SimulatedSidecar? Sidecar { get; set; }

    public DateTimeOffset UpAt { get; set; }

    /// <summary>How many facts lie in the spool.</summary>
    public int Spooled => Directory.EnumerateFiles(Paths.SpoolDirectory, "*.frame").Count();

    public void Install()
    {
        Directory.CreateDirectory(Paths.StateDirectory);
        Directory.CreateDirectory(Paths.RuntimeDirectory);
        Directory.CreateDirectory(Paths.SpoolDirectory);
    }

    /// <summary>A plugin could not hand over its fact, and leaves it in a file.</summary>
    public void Spool(Request request)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        var file = Path.Combine(Paths.SpoolDirectory, Convert.ToHexStringLower(bytes) + ".frame");
        File.WriteAllBytes(file, Frame.Of(request));
    }
}
