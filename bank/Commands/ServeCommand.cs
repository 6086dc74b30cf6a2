using System.CommandLine;
using System.Globalization;
using System.Net;
using SlurmBanking.Bank.Api;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Commands;

/// <summary>bank serve.</summary>
internal static class ServeCommand
{
    private const string LeaseVariable = "BANK_LEASE_SECONDS";

    public static Command Create(TimeProvider time)
    {
        var url = new Option<Uri>("--url")
        {
            Description = "Where to listen; a path is the base path of the API, port 0 takes a free one",
            DefaultValueFactory = static _ => new Uri("http://127.0.0.1:8181"),
            CustomParser = static result =>
            {
                var text = result.Tokens[0].Value;
                if (Uri.TryCreate(text, UriKind.Absolute, out var parsed) && parsed is { Scheme: "http", Query: "", UserInfo: "" })
                {
                    return parsed;
                }

                result.AddError(CommandLine.BadUrl(text));
                return null;
            },
        };
        var metrics = new Option<IPEndPoint?>("--metrics")
        {
            Description = "ADDRESS:PORT of /metrics, which needs no token [default: none]",
            CustomParser = static result =>
            {
                if (IPEndPoint.TryParse(result.Tokens[0].Value, out var endpoint) && endpoint.Port != 0)
                {
                    return endpoint;
                }

                result.AddError(CommandLine.BadEndpoint(result.Tokens[0].Value));
                return null;
            },
        };
        var leaseSeconds = new Option<int?>("--lease-seconds")
        {
            Description =
                $"How long clusters may decide on a lease without telling anything, {LeaseTerms.Shortest} to {LeaseTerms.Longest}; "
                + $"else {LeaseVariable} [default: {LeaseTerms.Usual.Duration.TotalSeconds}]",
            HelpName = "SECONDS",
            CustomParser = static result =>
            {
                if (TryLease(result.Tokens[0].Value, out var seconds))
                {
                    return seconds;
                }

                result.AddError(CommandLine.BadLease(result.Tokens[0].Value, LeaseTerms.Shortest, LeaseTerms.Longest));
                return null;
            },
        };
        var command = new Command("serve", "Serves the REST API until SIGTERM") { url, metrics, leaseSeconds };
        command.SetAction(
            async (parsed, _) =>
                await Serve(parsed.GetRequiredValue(url), parsed.GetValue(metrics), Terms(parsed.GetValue(leaseSeconds)), parsed, time)
        );
        return command;
    }

    private static bool TryLease(string text, out int seconds) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds)
        && seconds is >= LeaseTerms.Shortest and <= LeaseTerms.Longest;

    private static LeaseTerms Terms(int? named)
    {
        var text = Environment.GetEnvironmentVariable(LeaseVariable);
        if (named is null && string.IsNullOrEmpty(text))
        {
            return LeaseTerms.Usual;
        }

        if (named is { } seconds || TryLease(text!, out seconds))
        {
            return new LeaseTerms(TimeSpan.FromSeconds(seconds));
        }

        throw new TellerException(CommandLine.BadLeaseVariable(LeaseVariable, text!, LeaseTerms.Shortest, LeaseTerms.Longest));
    }

    private static async Task<int> Serve(Uri url, IPEndPoint? metrics, LeaseTerms leases, ParseResult parsed, TimeProvider time)
    {
        using var store = DatabaseOption.Open(parsed, mayCreate: true);
        await using var application = BankApplication.Build(url, metrics, store, time, leases);
        try
        {
            await application.StartAsync();
        }
        catch (IOException exception)
        {
            var problem = exception.InnerException?.Message ?? exception.Message;
            throw new TellerException(
                metrics is null
                    ? CommandLine.NotListening($"{url}", problem)
                    : CommandLine.NotListeningOnBoth($"{url}", $"{metrics}", problem)
            );
        }

        var address = application.Urls.First() + url.AbsolutePath.TrimEnd('/');
        await parsed.InvocationConfiguration.Output.WriteLineAsync($"bank listening on {address}, database {store.Place}");
        await application.WaitForShutdownAsync();
        return 0;
    }
}
