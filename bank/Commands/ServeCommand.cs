using System.CommandLine;
using System.Globalization;
using System.Net;
using SlurmBanking.Bank.Api;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Commands;

/// <summary>bank serve.</summary>
internal static class ServeCommand
{
    private const string LeaseVariable = "BANK_LEASE_SECONDS";

    private static readonly string Bounds = $"{LeaseTerms.Shortest} to {LeaseTerms.Longest}";

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

                result.AddError($"'{text}' is not an address such as http://127.0.0.1:8181");
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

                result.AddError($"'{result.Tokens[0].Value}' is not an address and a port such as 127.0.0.1:9467");
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

                result.AddError($"'{result.Tokens[0].Value}' is not a number of seconds from {Bounds}");
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

        var seconds =
            named ?? (TryLease(text!, out var read) ? read : throw new TellerException($"{LeaseVariable} is not a number from {Bounds}"));
        return new LeaseTerms(TimeSpan.FromSeconds(seconds));
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
            throw new TellerException(
                $"can't listen on {url}{(metrics is null ? "" : $" and {metrics}")}: {exception.InnerException?.Message ?? exception.Message}"
            );
        }

        var address = application.Urls.First() + url.AbsolutePath.TrimEnd('/');
        await parsed.InvocationConfiguration.Output.WriteLineAsync($"bank listening on {address}, database {store.Place}");
        await application.WaitForShutdownAsync();
        return 0;
    }
}
