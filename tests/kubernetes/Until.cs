using System.Diagnostics;
using k8s.Autorest;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>Waits for what takes a moment in another process.</summary>
public static class Until
{
    /// <summary>Machines that run tests are busy; who waits for longer than usual says so.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Until a condition holds. A request that fails on the way counts as "not yet", and is named at the end.</summary>
    /// <param name="condition">Asked every 50 ms.</param>
    /// <param name="what">What is waited for, as a sentence: "the ConfigMap names the new price".</param>
    /// <param name="within">60 s when it is not given.</param>
    /// <param name="otherwise">What more to say when it did not come: a log, an object.</param>
    public static Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null, Func<string>? otherwise = null) =>
        PollAsync(async () => (await condition(), ""), what, within, otherwise);

    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? within = null, Func<string>? otherwise = null) =>
        PollAsync(() => Task.FromResult((condition(), "")), what, within, otherwise);

    /// <summary>Until a value is the expected one; the last other one is named.</summary>
    public static Task EqualAsync<T>(
        T expected,
        Func<Task<T>> actual,
        string what,
        TimeSpan? within = null,
        Func<string>? otherwise = null
    ) =>
        PollAsync(
            async () =>
            {
                var value = await actual();
                return (EqualityComparer<T>.Default.Equals(expected, value), $"expected {expected}, but it was {value}");
            },
            what,
            within,
            otherwise
        );

    /// <summary>Until there is a value.</summary>
    public static async Task<T> FoundAsync<T>(Func<Task<T?>> find, string what, TimeSpan? within = null, Func<string>? otherwise = null)
        where T : class
    {
        T? found = null;
        await PollAsync(async () => ((found = await find()) is not null, ""), what, within, otherwise);
        return found!;
    }

    /// <summary>For a whole time, a condition holds at every look.</summary>
    public static async Task StaysTrueAsync(Func<Task<bool>> condition, string what, TimeSpan during)
    {
        for (var began = Stopwatch.StartNew(); began.Elapsed < during; await Task.Delay(Interval))
        {
            Assert.True(await condition(), $"no longer after {began.Elapsed.TotalSeconds:F1} s: {what}");
        }
    }

    private static async Task PollAsync(Func<Task<(bool Holds, string Seen)>> look, string what, TimeSpan? within, Func<string>? otherwise)
    {
        var patience = within ?? Patience;
        var began = Stopwatch.StartNew();
        while (true)
        {
            string seen;
            try
            {
                (var holds, seen) = await look();
                if (holds)
                {
                    return;
                }
            }
            catch (HttpOperationException e)
            {
                seen = $"{e.Message}: {e.Response.Content}";
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
            {
                // Not up yet, or down again.
                seen = e.Message;
            }

            if (began.Elapsed > patience)
            {
                Assert.Fail(
                    string.Join('\n', new[] { $"not within {patience.TotalSeconds} s: {what}", seen, otherwise?.Invoke() ?? "" }).TrimEnd()
                );
            }

            await Task.Delay(Interval);
        }
    }
}
