using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>Writes one answer to the proxy's client.</summary>
/// <param name="context">Of the client's request.</param>
/// <param name="request">The same as it was recorded.</param>
/// <param name="passAsync">Waited for before each write: a frozen proxy holds it.</param>
internal sealed class ProxyAnswer(HttpContext context, ProxiedRequest request, Func<ProxiedRequest, CancellationToken, Task> passAsync)
{
    /// <summary>The proxy's own answer.</summary>
    public async Task InsteadAsync(ProxyAction action, CancellationToken gone)
    {
        switch (action.Kind)
        {
            case ProxyActionKind.Cut:
                context.Abort();
                return;
            case ProxyActionKind.Hang:
                await request.End.WaitAsync(gone);
                context.Abort();
                return;
            default:
                foreach (var (name, value) in action.Headers)
                {
                    context.Response.Headers[name] = value;
                }

                context.Response.ContentType = "application/json";
                await WriteAllAsync(action.StatusCode, Encoding.UTF8.GetBytes(action.Body), gone);
                return;
        }
    }

    /// <summary>The API server's answer: headers first, then the body as it comes.</summary>
    public async Task RelayAsync(
        HttpResponseMessage upstream,
        Func<string, string>? rewriteBody,
        Func<string, string?>? rewriteEvent,
        CancellationToken gone
    )
    {
        foreach (var (name, values) in upstream.Headers.NonValidated.Concat(upstream.Content.Headers.NonValidated))
        {
            if (name.ToUpperInvariant() is not ("CONNECTION" or "KEEP-ALIVE" or "TRANSFER-ENCODING" or "CONTENT-LENGTH"))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        var status = (int)upstream.StatusCode;
        if (rewriteBody is not null && !request.IsWatch)
        {
            var body = rewriteBody(await upstream.Content.ReadAsStringAsync(gone));
            await WriteAllAsync(status, Encoding.UTF8.GetBytes(body), gone);
            return;
        }

        await passAsync(request, gone);
        context.Response.ContentLength = upstream.Content.Headers.ContentLength;
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.StatusCode = status;
        request.Status = status;
        await context.Response.StartAsync(gone);
        var lines = rewriteEvent is not null && request.IsWatch ? new EventLines(rewriteEvent) : null;
        await StreamAsync(await upstream.Content.ReadAsStreamAsync(gone), lines, gone);
    }

    private async Task StreamAsync(Stream upstream, EventLines? lines, CancellationToken gone)
    {
        var buffer = new byte[64 * 1024];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(gone);
        try
        {
            while (true)
            {
                var read = upstream.ReadAsync(buffer, over.Token).AsTask();
                await Task.WhenAny(read, request.End);
                if (!request.End.IsCompleted && await read is var count and > 0)
                {
                    await passAsync(request, gone);
                    if (!request.End.IsCompleted)
                    {
                        await FlushAsync(lines?.Take(buffer.AsSpan(0, count)) ?? buffer.AsMemory(0, count), gone);
                        continue;
                    }
                }

                await EndAsync(gone);
                return;
            }
        }
        finally
        {
            // A read that nobody waits for any more must not hold the connection to the API server.
            await over.CancelAsync();
        }
    }

    private async Task EndAsync(CancellationToken gone)
    {
        // Where the stream ended by itself, a frozen proxy does not tell.
        await passAsync(request, gone);
        if (!request.End.IsCompleted)
        {
            return;
        }

        var end = await request.End;
        if (end.Reset)
        {
            context.Abort();
            return;
        }

        await FlushAsync(Encoding.UTF8.GetBytes(end.LastLine), gone);
    }

    private async Task WriteAllAsync(int status, byte[] body, CancellationToken gone)
    {
        await passAsync(request, gone);
        context.Response.StatusCode = status;
        context.Response.ContentLength = body.Length;
        request.Status = status;
        await FlushAsync(body, gone);
    }

    private async Task FlushAsync(ReadOnlyMemory<byte> bytes, CancellationToken gone)
    {
        await context.Response.Body.WriteAsync(bytes, gone);
        await context.Response.Body.FlushAsync(gone);
    }
}
