namespace SlurmBanking.Sidecar.Tests.NodeRole;

/// <summary>Waits for what takes a moment in another process.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> otherwise)
    {
        for (var begun = DateTime.UtcNow; ; )
        {
            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not up yet.
            }

            Assert.True(DateTime.UtcNow - begun < Patience, otherwise());
            await Task.Delay(50);
        }
    }
}
