using System.Net;
using System.Text.Json;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>A watch whose events are told the moment they come, with the time.</summary>
internal sealed class TimedWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _end;

    private TimedWatch(k8s.Kubernetes client, string path, Action<JsonElement, long> seen) => _end = RunAsync(client, path, seen);

    /// <param name="client">Whose rights it has.</param>
    /// <param name="path">"api/v1/namespaces/ns/configmaps".</param>
    /// <param name="seen">Told the object of each event and its <see cref="TimeProvider.GetTimestamp"/>, one after another.</param>
    /// <returns>When the API server has begun to answer; what exists by then is told as well.</returns>
    public static async Task<TimedWatch> OpenAsync(k8s.Kubernetes client, string path, Action<JsonElement, long> seen)
    {
        var watch = new TimedWatch(client, path, seen);
        await watch._open.Task.WaitAsync(Until.Patience);
        return watch;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _end.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(_end.IsCanceled, $"the watch ended before the measurement: {_end.Exception?.InnerException?.Message}");
        _stop.Dispose();
    }

    private async Task RunAsync(k8s.Kubernetes client, string path, Action<JsonElement, long> seen)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(client.BaseUri, $"{path}?watch=true"));
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        if (client.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, _stop.Token);
        }

        using var answer = await client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
        answer.EnsureSuccessStatusCode();
        _open.SetResult();
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(_stop.Token));
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            var at = TimeProvider.System.GetTimestamp();
            seen(JsonElement.Parse(line).GetProperty("object"), at);
        }
    }
}
