using System.CommandLine;
using System.Net.Http.Headers;
using SlurmBanking.Operator.Messages;

namespace SlurmBanking.Operator.Commands;

/// <summary>operator check: what "helm test" runs, as our images have nothing else that speaks HTTP.</summary>
internal static class CheckCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var url = new Argument<Uri>("URL")
        {
            Description = "http or https",
            CustomParser = static result =>
            {
                if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https")
                {
                    return parsed;
                }

                result.AddError(CommandLine.BadUrl(result.Tokens[0].Value));
                return null;
            },
        };
        var tokenFile = new Option<string?>("--token-file") { Description = "File with a token of the bank [default: ask without one]" };
        var command = new Command("check", "Asks a health page, or a page of the bank with a token; exit 0 when all is well.")
        {
            url,
            tokenFile,
        };
        command.SetAction((parsed, cancellation) => CheckAsync(parsed.GetRequiredValue(url), parsed.GetValue(tokenFile), cancellation));
        return command;
    }

    private static async Task<int> CheckAsync(Uri url, string? tokenFile, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { Timeout = Patience };
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        try
        {
            if (tokenFile is not null)
            {
                var token = (await File.ReadAllTextAsync(tokenFile, cancellation)).Trim();
                request.Headers.Authorization = new AuthenticationHeaderValue("Token", token);
            }

            using var answer = await client.SendAsync(request, cancellation);
            await Console.Out.WriteLineAsync(CommandLine.Answered($"{url}", (int)answer.StatusCode, $"{answer.StatusCode}"));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or TaskCanceledException)
        {
            var problem = e is TaskCanceledException ? CommandLine.NoAnswer(Patience.TotalSeconds) : e.GetBaseException().Message;
            await Console.Error.WriteLineAsync(CommandLine.Failed(CommandLine.NotAnswered($"{url}", problem)));
            return 1;
        }
    }
}
