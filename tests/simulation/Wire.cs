using SlurmBanking.Sidecar.Bank;

namespace SlurmBanking.Simulation.Tests;

/// <summary>
/// The network between one process and the bank. A question is on its way, and then an answer; either may be lost, late or
/// doubled. The asker gives up after its timeout, and the question may well arrive after that.
/// </summary>
internal sealed class Wire(Agenda agenda, SimulatedBank bank, Faults faults, Action<string> say) : HttpMessageHandler
{
    /// <summary>The process is dead: nothing it does reaches anybody.</summary>
    public bool Cut { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answered = new TaskCompletionSource<HttpResponseMessage>();
        await using var giveUp = cancellationToken.Register(() => answered.TrySetCanceled(cancellationToken));
        if (Cut)
        {
            return await answered.Task;
        }

        var cluster = request.Headers.TryGetValues(BankTransport.ClusterHeader, out var names) ? names.Single() : null;
        var (method, path, body) = (request.Method, request.RequestUri!.PathAndQuery, "");
        if (request.Content is { } content)
        {
            body = await content.ReadAsStringAsync(cancellationToken);
        }

        for (var copies = faults.Doubles() ? 2 : 1; copies > 0; copies--)
        {
            if (!faults.Loses())
            {
                agenda.After(faults.Latency(), () => Arrive(request, method, path, body, cluster, answered));
            }
        }

        return await answered.Task;
    }

    private void Arrive(
        HttpRequestMessage request,
        HttpMethod method,
        string path,
        string body,
        string? cluster,
        TaskCompletionSource<HttpResponseMessage> answered
    )
    {
        if (agenda.Now < bank.UpAt)
        {
            return;
        }

        var response = bank.Answer(method, path, body, cluster);
        response.RequestMessage = request;
        if (method != HttpMethod.Get)
        {
            say($"{method} {path}: {(int)response.StatusCode}");
        }

        if (!faults.Loses())
        {
            agenda.After(
                faults.Latency(),
                () =>
                {
                    if (!Cut)
                    {
                        answered.TrySetResult(response);
                    }
                }
            );
        }
    }
}
