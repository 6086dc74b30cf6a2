using SlurmBanking.Hooks.Sidecar;
using SlurmBanking.Plugins.Tests.Peer;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Plugins.Tests.Sidecar;

public sealed class ServerTrustTests : IDisposable
{
    private readonly RuntimeDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Root_and_the_directorys_owner_may_serve_and_nobody_else()
    {
        var owner = ServerTrust.DirectoryOwner(_directory.Socket);

        Assert.NotNull(owner);
        Assert.True(ServerTrust.Allows(_directory.Socket, owner.Value));
        Assert.True(ServerTrust.Allows(_directory.Socket, 0));
        Assert.False(ServerTrust.Allows(_directory.Socket, 65534));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_directory_that_others_can_write_makes_nobody_trusted(UnixFileMode more)
    {
        _directory.AddMode(more);

        Assert.False(ServerTrust.Allows(_directory.Socket, 0));
    }

    [Fact]
    public void A_directory_that_is_not_there_makes_nobody_trusted() => Assert.False(ServerTrust.Allows("/nowhere/at/all.sock", 0));

    [Theory]
    [InlineData("deny", Fallback.Deny)]
    [InlineData("deny\n", Fallback.Deny)]
    [InlineData("allow\n", Fallback.Allow)]
    [InlineData("", Fallback.Allow)]
    [InlineData("denying everything", Fallback.Allow)]
    public void The_fallback_file_is_one_word(string content, Fallback expected)
    {
        _directory.Write(FallbackFile.Name, content);

        Assert.Equal(expected, FallbackFile.Read(_directory.Socket));
    }

    [Fact]
    public void A_fallback_file_that_others_can_write_is_not_believed()
    {
        var file = _directory.Write(FallbackFile.Name, "deny");
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherWrite);

        Assert.Equal(Fallback.Allow, FallbackFile.Read(_directory.Socket));
    }

    [Fact]
    public void Without_a_fallback_file_jobs_are_let_in() => Assert.Equal(Fallback.Allow, FallbackFile.Read(_directory.Socket));
}
