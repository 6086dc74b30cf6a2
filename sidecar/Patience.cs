namespace SlurmBanking.Sidecar;

/// <summary>How the thread of a plugin waits for work that others do: it blocks, which a simulation can't.</summary>
/// <param name="work">What is waited for.</param>
/// <param name="atMost">How long.</param>
/// <returns>Whether it has ended.</returns>
internal delegate bool Patience(Task work, TimeSpan atMost);
