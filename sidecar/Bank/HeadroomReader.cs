using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Refit;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Lifecycle;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Bank;

/// <summary>
/// Reads exactly what a user may still spend from an account: from the balance, where the bank offers it, else with nothing but
/// can_submit_job. Asking for the largest amount there is gets refused with the project's usage and allocation in the message;
/// asking for exactly what that leaves either fits, or names the user's own.
/// </summary>
internal sealed partial class HeadroomReader(
    IBankApi bank,
    IBalanceApi balances,
    Leases leases,
    BankHealth health,
    TimeProvider time,
    ILogger<HeadroomReader> logger
)
{
    // A bank that offers no balance is asked again now and then: it may have been replaced.
    private static readonly TimeSpan RememberedFor = TimeSpan.FromHours(1);
    private long _offersNoneUntil = DateTimeOffset.MinValue.UtcTicks;

    /// <summary>What is asked first, where the bank offers them.</summary>
    public Leases Leases => leases;

    /// <summary>Asks something whose answer does not matter, to learn whether the bank answers and takes the token.</summary>
    public async Task ProbeAsync(CancellationToken cancellation)
    {
        try
        {
            await AskAsync(ServiceUnits.Zero, "probe", 0, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    /// <summary>Reads both limits.</summary>
    /// <returns>Null when the bank can't be asked, or its answer is not understood.</returns>
    public async Task<Headroom?> ReadAsync(string account, uint uid, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (now.UtcTicks >= Volatile.Read(ref _offersNoneUntil))
        {
            var (isAnswer, headroom) = await ReadBalanceAsync(account, uid, now, cancellation);
            if (isAnswer)
            {
                return headroom;
            }
        }

        var first = await AskAsync(ServiceUnits.Max, account, uid, cancellation);
        switch (first)
        {
            case null:
                return null;
            case { Success: true }:
                return new Headroom(null, null, null, now);
            case var answer when Over(answer.Message) is null:
                return await ReadRefusalAsync(answer.Message, account, uid, now, cancellation);
            case var answer when Over(answer.Message) is { Whose: "user" } over:
                return new Headroom(null, over.Allocation - over.Balance, null, now);
            default:
                return await ReadUserAsync(Over(first.Message)!.Value, account, uid, now, cancellation);
        }
    }

    // Not an answer is what has to be asked in the other way: of a bank that offers no balance, and of who may submit nothing, for
    // the bank's own words.
    private async Task<(bool IsAnswer, Headroom? Headroom)> ReadBalanceAsync(
        string account,
        uint uid,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        using var response = await balances.ReadBalance(account, $"{uid}", cancellation);
        if (!response.IsReceived)
        {
            health.Missed(response.Error?.Message ?? "no answer");
            return (true, null);
        }

        switch (response)
        {
            case { StatusCode: HttpStatusCode.OK, Content: { IsActive: true, User.IsMember: true } balance }:
                health.Answered();
                return (true, new Headroom(balance.Project.Available, balance.User.Available, null, now));
            case { StatusCode: HttpStatusCode.OK, Content: not null }:
            case { ContentHeaders.ContentType.MediaType: "application/problem+json" }:
            case { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError }:
                return (false, null);
            default:
                Volatile.Write(ref _offersNoneUntil, (now + RememberedFor).UtcTicks);
                return (false, null);
        }
    }

    // Words that name no limit: either no job at all is taken, not even a free one, or the wording is new to us; then the
    // limit is found by asking which amounts fit.
    private async Task<Headroom?> ReadRefusalAsync(
        string message,
        string account,
        uint uid,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var free = await AskAsync(ServiceUnits.Zero, account, uid, cancellation);
        switch (free)
        {
            case null:
                return null;
            case { Success: false }:
                return new Headroom(null, null, message, now);
            default:
                Log.AnswerNotUnderstood(logger, account, message);
                return await SearchAsync(account, uid, now, cancellation);
        }
    }

    // Whose limit it is nobody says: it counts as both. A thousandth too little at most, and never too much.
    private async Task<Headroom?> SearchAsync(string account, uint uid, DateTimeOffset now, CancellationToken cancellation)
    {
        var (fits, over) = (0L, ServiceUnits.Max.Hundredths);
        while (over - fits > 1 + (fits / 1000))
        {
            var middle = fits + ((over - fits) / 2);
            if (await AskAsync(new ServiceUnits(middle), account, uid, cancellation) is not { } answer)
            {
                return null;
            }

            (fits, over) = answer.Success ? (middle, over) : (fits, middle);
        }

        var limit = new ServiceUnits(fits);
        return new Headroom(limit, limit, null, now);
    }

    private async Task<Headroom?> ReadUserAsync(Limit account, string name, uint uid, DateTimeOffset now, CancellationToken cancellation)
    {
        var left = account.Allocation - account.Balance;
        if (left <= ServiceUnits.Zero)
        {
            return new Headroom(left, null, null, now);
        }

        var second = await AskAsync(left, name, uid, cancellation);
        if (second is null)
        {
            return null;
        }

        if (second.Success)
        {
            return new Headroom(left, null, null, now);
        }

        switch (Over(second.Message))
        {
            case { Whose: "user" } user:
                return new Headroom(left, user.Allocation - user.Balance, null, now);
            case { } changed when changed.Allocation - changed.Balance < left:
                // Somebody else spent between the two questions: the user's own limit is still to be asked about.
                return await ReadUserAsync(changed, name, uid, now, cancellation);
            default:
                Log.AnswerNotUnderstood(logger, name, second.Message);
                return null;
        }
    }

    private async Task<SubmitAnswer?> AskAsync(ServiceUnits cost, string account, uint uid, CancellationToken cancellation)
    {
        using var response = await bank.CanSubmitJob(cost.ToString(), $"{uid}", account, cancellation);
        if (!response.IsReceived)
        {
            health.Missed(response.Error?.Message ?? "no answer");
            return null;
        }

        switch (response.StatusCode)
        {
            case HttpStatusCode.OK when response.Content is { } answer:
                health.Answered();
                return answer;
            case HttpStatusCode.BadRequest:
                health.Answered();
                return new SubmitAnswer { Success = false, Message = Words(response) };
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                health.RefusedToken((int)response.StatusCode);
                return null;
            default:
                health.Missed($"status {(int)response.StatusCode}");
                return null;
        }
    }

    private static string Words(IApiResponse<SubmitAnswer> response)
    {
        var body = (response.Error as ApiException)?.Content ?? "";
        try
        {
            return JsonSerializer.Deserialize(body, BankApiJsonContext.Default.SubmitAnswer)?.Message ?? Refusals.ByTheBank;
        }
        catch (JsonException)
        {
            return Refusals.ByTheBank;
        }
    }

    private static Limit? Over(string? message)
    {
        var match = OverLimit().Match(message ?? "");
        return
            match.Success
            && ServiceUnits.TryParse(match.Groups["balance"].Value, out var balance)
            && ServiceUnits.TryParse(match.Groups["allocation"].Value, out var allocation)
            ? new Limit(match.Groups["whose"].Value, balance, allocation)
            : null;
    }

    [GeneratedRegex(
        @"^Adding job_cost \S+ to (?<whose>account|user) balance (?<balance>-?[0-9.]+) would exceed \k<whose> allocation (?<allocation>-?[0-9.]+?)\.?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex OverLimit();

    private readonly record struct Limit(string Whose, ServiceUnits Balance, ServiceUnits Allocation);
}
