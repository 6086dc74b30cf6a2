using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Tests.Bank;

/// <summary>Headroom, read exactly from the verbatim answers of the unmodified bank.</summary>
public sealed class HeadroomReaderTests : IDisposable
{
    private const string Max = "999999999.99";
    private readonly ScriptedBank _bank = new();

    public void Dispose() => _bank.Dispose();

    [Fact]
    public async Task The_account_has_room_and_the_user_as_much()
    {
        Refuses(OverAccount(Max, "57.50", "100.00"));
        Accepts("42.50");
        Assert.Equal(new Headroom(Given.Su(42.5m), null, null, Given.Noon), await ReadAsync());
        Assert.Equal(["GET /can_submit_job/999999999.99/1000/fc_abc/", "GET /can_submit_job/42.50/1000/fc_abc/"], _bank.Requests);
    }

    [Fact]
    public async Task The_users_own_limit_is_tighter()
    {
        Refuses(OverAccount(Max, "57.50", "100.00"));
        Refuses("Adding job_cost 42.50 to user balance 8.25 would exceed user allocation 20.00.");
        Assert.Equal(new Headroom(Given.Su(42.5m), Given.Su(11.75m), null, Given.Noon), await ReadAsync());
    }

    [Fact]
    public async Task Only_the_user_has_a_limit()
    {
        Refuses($"Adding job_cost {Max} to user balance 8.25 would exceed user allocation 20.00.");
        Assert.Equal(new Headroom(null, Given.Su(11.75m), null, Given.Noon), await ReadAsync());
    }

    [Fact]
    public async Task The_largest_amount_that_fits_means_no_limit()
    {
        Accepts(Max);
        Assert.Equal(new Headroom(null, null, null, Given.Noon), await ReadAsync());
    }

    [Theory]
    [InlineData("100.00", 0)]
    [InlineData("105.00", -5)]
    public async Task A_spent_account_needs_no_second_question(string balance, int left)
    {
        Refuses(OverAccount(Max, balance, "100.00"));
        Assert.Equal(new Headroom(Given.Su(left), null, null, Given.Noon), await ReadAsync());
        Assert.Single(_bank.Requests);
    }

    [Fact]
    public async Task What_somebody_else_spends_between_the_questions_does_not_hide_the_users_limit()
    {
        Refuses(OverAccount(Max, "57.50", "100.00"));
        Refuses(OverAccount("42.50", "60.00", "100.00"));
        Refuses("Adding job_cost 40.00 to user balance 8.25 would exceed user allocation 20.00.");
        Assert.Equal(new Headroom(Given.Su(40m), Given.Su(11.75m), null, Given.Noon), await ReadAsync());
    }

    [Fact]
    public async Task An_account_that_takes_no_job_gives_the_banks_own_words()
    {
        Refuses("User bob is not a member of account fc_abc.");
        Refuses("User bob is not a member of account fc_abc.");
        Assert.Equal(new Headroom(null, null, "User bob is not a member of account fc_abc.", Given.Noon), await ReadAsync());
        Assert.Equal("GET /can_submit_job/0.00/1000/fc_abc/", _bank.Requests[1]);
    }

    [Fact]
    public async Task An_unknown_account_is_a_400_with_the_banks_own_words()
    {
        for (var i = 0; i < 2; i++)
        {
            _bank.Answers(400, """{"success":false,"message":"No account fc_abc."}""");
        }

        Assert.Equal("No account fc_abc.", (await ReadAsync())?.Refusal);
    }

    [Fact]
    public async Task Where_the_wording_is_new_the_limit_is_found_by_what_fits()
    {
        await FindsAsync("Nothing doing.");
        Assert.Equal(BankState.Reachable, _bank.Health.State);
    }

    [Theory]
    [InlineData("Adding job_cost 999999999.99 to account balance 1e2 would exceed account allocation 100.00.")]
    [InlineData("Adding job_cost 999999999.99 to account balance 1.00 would exceed user allocation 100.00.")]
    [InlineData("Adding job_cost 999999999.99 to account balance 1.001 would exceed account allocation 100.00.")]
    [InlineData("Adding job_cost 999999999.99 to account balance 1.00 would exceed account allocation 100.00. Or not.")]
    public async Task Numbers_are_read_strictly(string message) => await FindsAsync(message);

    [Theory]
    [InlineData(401, nameof(BankState.TokenRefused))]
    [InlineData(403, nameof(BankState.TokenRefused))]
    [InlineData(500, nameof(BankState.Unknown))]
    [InlineData(404, nameof(BankState.Unknown))]
    public async Task What_is_no_answer_gives_no_headroom(int status, string state)
    {
        _bank.Answers(status, "<html>", "text/html");
        Assert.Null(await ReadAsync());
        Assert.Equal(state, _bank.Health.State.ToString());
    }

    [Fact]
    public async Task A_200_that_is_no_answer_of_the_bank_gives_no_headroom()
    {
        _bank.Answers(200, "<html>welcome</html>", "text/html");
        Assert.Null(await ReadAsync());
    }

    [Fact]
    public async Task After_three_misses_in_a_row_the_bank_counts_as_unreachable_until_it_answers()
    {
        for (var i = 1; i <= 3; i++)
        {
            Assert.True(_bank.Health.Available);
            _bank.Throws(new HttpRequestException("connection refused"));
            Assert.Null(await ReadAsync());
        }

        Assert.Equal((BankState.Unreachable, false), (_bank.Health.State, _bank.Health.Available));
        Accepts(Max);
        await ReadAsync();
        Assert.Equal((BankState.Reachable, true), (_bank.Health.State, _bank.Health.Available));
        Assert.Equal(Given.Noon, _bank.Health.LastAnswer);
    }

    // 87.65 SU are left, and the bank says so in no words that are known: never more is found, and hardly less.
    private async Task FindsAsync(string message)
    {
        _bank.Otherwise = request =>
        {
            var fits = decimal.Parse(request.Split('/')[2], CultureInfo.InvariantCulture) <= 87.65m;
            return $$"""{"success":{{(fits ? "true" : "false")}},"message":"{{message}}"}""";
        };
        var headroom = await ReadAsync();
        Assert.InRange(headroom!.Account!.Value.Hundredths, 8756, 8765);
        Assert.Equal(headroom.Account, headroom.User);
        Assert.InRange(_bank.Requests.Count, 3, 45);
    }

    private static string OverAccount(string cost, string balance, string allocation) =>
        $"Adding job_cost {cost} to account balance {balance} would exceed account allocation {allocation}.";

    private void Refuses(string message) => _bank.Answers(200, $$"""{"success":false,"message":"{{message}}"}""");

    private void Accepts(string cost) =>
        _bank.Answers(200, $$"""{"success":true,"message":"A job with job_cost {{cost}} can be submitted."}""");

    private Task<Headroom?> ReadAsync() => _bank.Reader().ReadAsync(Given.Account, Given.Uid, TestContext.Current.CancellationToken);
}
