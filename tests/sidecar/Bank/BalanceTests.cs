using System.Net;
using System.Text;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.Lifecycle;

namespace SlurmBanking.Sidecar.Tests.Bank;

/// <summary>Headroom, read from the balance where the bank offers it, and what is done where it does not.</summary>
public sealed class BalanceTests : IDisposable
{
    private const string Good = """
        {"account":"fc_abc","is_active":true,"is_exempt":false,"project":{"limit":"100.00","charged":"57.50","available":"42.50"},
         "user":{"limit":"20.00","charged":"8.25","available":"11.75","uid":"1000","is_member":true}}
        """;
    private readonly ScriptedBank _bank = new();

    public void Dispose() => _bank.Dispose();

    [Fact]
    public async Task One_question_tells_both_limits()
    {
        Says(HttpStatusCode.OK, Good);
        Assert.Equal(new Headroom(Given.Su(42.5m), Given.Su(11.75m), null, Given.Noon), await Read(_bank.Reader()));
        Assert.Empty(_bank.Requests);
        Assert.Equal(BankState.Reachable, _bank.Health.State);
    }

    [Theory]
    [InlineData("\"is_active\":true", "\"is_active\":false")]
    [InlineData("\"is_member\":true", "\"is_member\":false")]
    public async Task Who_may_submit_nothing_gets_the_banks_own_words(string good, string bad)
    {
        Says(HttpStatusCode.OK, Good.Replace(good, bad, StringComparison.Ordinal));
        _bank.Otherwise = static _ => """{"success":false,"message":"No."}""";
        Assert.Equal(new Headroom(null, null, "No.", Given.Noon), await Read(_bank.Reader()));
    }

    [Fact]
    public async Task A_bank_that_offers_none_is_asked_once_an_hour()
    {
        var reader = _bank.Reader();
        _bank.Otherwise = static _ => """{"success":true,"message":"It fits."}""";
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(new Headroom(null, null, null, Given.Noon), await Read(reader));
        }

        Assert.Equal((1, 3), (_bank.BalancesAsked, _bank.Requests.Count));
        _bank.Time.Advance(TimeSpan.FromHours(1));
        Says(HttpStatusCode.OK, Good);
        Assert.Equal(Given.Su(42.5m), (await Read(reader))!.Account);
        Assert.Equal((2, 3), (_bank.BalancesAsked, _bank.Requests.Count));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "application/problem+json")]
    [InlineData(HttpStatusCode.Unauthorized, "application/json")]
    [InlineData(HttpStatusCode.TooManyRequests, "application/json")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "text/html")]
    public async Task What_says_nothing_of_the_bank_is_not_remembered(HttpStatusCode status, string type)
    {
        var reader = _bank.Reader();
        _bank.Otherwise = static _ => """{"success":true,"message":"It fits."}""";
        Says(status, "{}", type);
        await Read(reader);
        await Read(reader);
        Assert.Equal(2, _bank.BalancesAsked);
    }

    [Fact]
    public async Task No_answer_is_one_miss_and_no_second_question()
    {
        _bank.Balance = static () => throw new HttpRequestException("refused");
        Assert.Null(await Read(_bank.Reader()));
        Assert.Empty(_bank.Requests);
    }

    private void Says(HttpStatusCode status, string body, string type = "application/json") =>
        _bank.Balance = () => new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) };

    private static Task<Headroom?> Read(HeadroomReader reader) =>
        reader.ReadAsync(Given.Account, Given.Uid, TestContext.Current.CancellationToken);
}
