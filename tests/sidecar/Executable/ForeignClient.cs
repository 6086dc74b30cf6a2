using System.Diagnostics;

namespace SlurmBanking.Sidecar.Tests.Executable;

/// <summary>Debian's python3-grpcio, with stubs that Debian's protoc makes of spec/banking.proto.</summary>
internal static class ForeignClient
{
    public static bool IsInstalled => File.Exists("/usr/bin/grpc_python_plugin") && Directory.Exists("/usr/lib/python3/dist-packages/grpc");

    public const string NotInstalled = "Debian's protobuf-compiler-grpc and python3-grpcio are not installed (eng/install-packages.sh)";

    /// <summary>Makes the stubs in a directory, and puts a script beside them.</summary>
    /// <returns>The script's path.</returns>
    public static async Task<string> PrepareAsync(string directory, string script)
    {
        Directory.CreateDirectory(directory);
        string[] contracts = ["banking.proto", "hooks.proto"];
        foreach (var name in contracts)
        {
            await using var proto = typeof(ForeignClient).Assembly.GetManifestResourceStream(name)!;
            await using var file = File.Create(Path.Combine(directory, name));
            await proto.CopyToAsync(file);
        }

        // Debian has these two in a package of C++ headers; the Python package has their stubs.
        var known = Directory.CreateDirectory(Path.Combine(directory, "google", "protobuf")).FullName;
        foreach (var name in new[] { "Duration", "Timestamp" })
        {
            await File.WriteAllTextAsync(
                Path.Combine(known, name.ToLowerInvariant() + ".proto"),
                $"syntax = \"proto3\"; package google.protobuf; message {name} {{ int64 seconds = 1; int32 nanos = 2; }}"
            );
        }

        await RunAsync(
            directory,
            "/usr/bin/protoc",
            "--python_out=.",
            "--grpc_out=.",
            "--plugin=protoc-gen-grpc=/usr/bin/grpc_python_plugin",
            "--proto_path=.",
            "banking.proto",
            "hooks.proto"
        );
        var path = Path.Combine(directory, "client.py");
        await File.WriteAllTextAsync(path, script);
        return path;
    }

    /// <summary>Runs a command to its good end, and gives what it wrote.</summary>
    public static async Task<string> RunAsync(string directory, string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{command}: {await errors}");
        return await output;
    }
}
