namespace SlurmBanking.Sidecar;

/// <summary>The patience of a real thread.</summary>
internal static class Blocking
{
    /// <summary>
    /// Sleeps at once: <see cref="Task.Wait(TimeSpan)"/> would spin first, a tenth of the sidecar's processor time while many ends of
    /// jobs come.
    /// </summary>
    /// <inheritdoc cref="Patience"/>
    public static bool Wait(Task work, TimeSpan atMost) => work.IsCompleted || ((IAsyncResult)work).AsyncWaitHandle.WaitOne(atMost);
}
