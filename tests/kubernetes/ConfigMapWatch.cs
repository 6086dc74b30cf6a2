using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>A watch of a namespace's ConfigMaps, read line by line as it comes.</summary>
internal sealed class ConfigMapWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _names = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Task<Exception?> _end;

    public ConfigMapWatch(k8s.Kubernetes client, string space) => _end = RunAsync(client, space);

    /// <summary>Of the objects of all events so far.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>ERROR events, as JSON.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    public Task UntilSeenAsync(string name) =>
        Until.TrueAsync(() => _names.Contains(name), $"the watch names {name}", null, () => string.Join(' ', _names));

    /// <summary>When it has ended: what was wrong; null when the stream ended in order.</summary>
    public Task<Exception?> EndedAsync() => _end.WaitAsync(Until.Patience);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _end;
        _stop.Dispose();
    }

    private async Task<Exception?> RunAsync(k8s.Kubernetes client, string space)
    {
        try
        {
            // The client's own watches hide how a stream ends.
            using var request = new HttpRequestMessage(
                HttpMethod.Get,
                new Uri(client.BaseUri, $"api/v1/namespaces/{space}/configmaps?watch=true")
            );
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
            await client.Credentials.ProcessHttpRequestAsync(request, _stop.Token);
            using var answer = await client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
            answer.EnsureSuccessStatusCode();
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(_stop.Token));
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                using var json = JsonDocument.Parse(line);
                if (json.RootElement.GetProperty("type").GetString() == "ERROR")
                {
                    _errors.Enqueue(line);
                    continue;
                }

                _names.Enqueue(json.RootElement.GetProperty("object").GetProperty("metadata").GetProperty("name").GetString()!);
            }

            return null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return e;
        }
    }
}
