using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.Tests.Configuration;

/// <summary>A bad file is reported and the last good one stays in force, also across a restart.</summary>
public sealed class SettingsStoreTests : IDisposable
{
    private const string Good = "[API]\nurl = \"http://bank\"\ntoken = \"t\"\n[PartitionPrice]\nnormal = 1\n";
    private readonly TemporaryState _state = new();
    private readonly SidecarMetrics _metrics = new();

    public void Dispose()
    {
        _metrics.Dispose();
        _state.Dispose();
    }

    [Fact]
    public void A_changed_file_comes_into_force()
    {
        var store = Started(Good);
        var changes = 0;
        store.Changed += () => changes++;
        Write(Good.Replace("normal = 1", "normal = 2", StringComparison.Ordinal));
        store.Refresh();
        store.Refresh();
        Assert.Equal((2m, 1, false), (store.Current.Settings!.PartitionPrices["normal"], changes, store.Current.Degraded));
    }

    [Fact]
    public void Another_token_is_noticed_and_so_is_what_was_in_force_before_a_restart()
    {
        var token = _state.In("token");
        File.WriteAllText(token, "old");
        var text = Good.Replace("token = \"t\"", $"token_file = \"{token}\"", StringComparison.Ordinal);
        var store = Started(text);
        var changes = 0;
        store.Changed += () => changes++;
        store.Refresh();
        Assert.Equal(0, changes);
        File.WriteAllText(token, "new");
        store.Refresh();
        store.Refresh();
        Assert.Equal(1, changes);

        File.SetLastWriteTimeUtc(_state.Paths.LastGoodConfigFile, Given.Noon.AddHours(-1).UtcDateTime);
        var later = Started(text.Replace("normal = 1", "normal = 2", StringComparison.Ordinal));
        Assert.Equal(
            (1m, 2m),
            (
                later.InForceAt(Given.Noon.AddMinutes(-30)).PartitionPrices["normal"],
                later.InForceAt(Given.Noon.AddMinutes(30)).PartitionPrices["normal"]
            )
        );
    }

    [Theory]
    [InlineData("[API]\nurl = \"http://bank\"\ntoken = \"t\"\n[PartitionPrice]\nnormal = -1\n")]
    [InlineData("[API")]
    [InlineData("")]
    [InlineData(null)]
    public void A_bad_or_missing_file_changes_nothing_but_the_report(string? bad)
    {
        var store = Started(Good);
        var hash = store.Current.Hash;
        store.Changed += static () => Assert.Fail("nothing has come into force");
        Write(bad);
        store.Refresh();
        Assert.Equal((1m, hash, true), (store.Current.Settings!.PartitionPrices["normal"], store.Current.Hash, store.Current.Degraded));
        Assert.StartsWith(_state.Paths.ConfigFile + ":", Assert.Single(store.Current.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_restart_on_a_bad_file_the_last_good_one_is_in_force()
    {
        var hash = Started(Good).Current.Hash;
        var store = Started("[API");
        Assert.Equal((1m, hash, true), (store.Current.Settings!.PartitionPrices["normal"], store.Current.Hash, store.Current.Degraded));
        Assert.NotEmpty(store.Current.Problems);
        Write(Good);
        store.Refresh();
        Assert.False(store.Current.Degraded);
    }

    [Fact]
    public void A_file_that_comes_back_as_it_was_is_in_force_again()
    {
        var store = Started(Good);
        Write(null);
        store.Refresh();
        Assert.True(store.Current.Degraded);
        Write(Good);
        store.Refresh();
        Assert.False(store.Current.Degraded);
    }

    [Fact]
    public void Without_any_good_file_there_are_no_settings_and_no_crash()
    {
        var store = Started(null);
        Assert.Null(store.Current.Settings);
        Assert.True(store.Current.Degraded);
    }

    [Fact]
    public void The_copy_may_hold_the_token_and_is_its_owners_alone()
    {
        Started(Good);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_state.Paths.LastGoodConfigFile));
    }

    [Fact]
    public void A_warning_is_shown_and_stops_nothing()
    {
        var store = Started(Good + "[Nope]\nx = 1\n");
        Assert.False(store.Current.Degraded);
        Assert.EndsWith(":7:1: warning: unknown key Nope.x", Assert.Single(store.Current.Problems), StringComparison.Ordinal);
    }

    private SettingsStore Started(string? text)
    {
        Write(text);
        return new SettingsStore(_state.Paths, _metrics, new FakeTimeProvider(Given.Noon), NullLogger<SettingsStore>.Instance);
    }

    private void Write(string? text)
    {
        File.Delete(_state.Paths.ConfigFile);
        if (text is not null)
        {
            File.WriteAllText(_state.Paths.ConfigFile, text);
        }
    }
}
