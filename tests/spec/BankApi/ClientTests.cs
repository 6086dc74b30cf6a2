using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Refit;
using SlurmBanking.BankApi;
using SlurmBanking.Terms;

namespace SlurmBanking.Spec.Tests.BankApi;

public sealed class ClientTests
{
    [Theory]
    [InlineData("http://bank.example/mybrc-rest")]
    [InlineData("http://bank.example/mybrc-rest/")]
    public async Task The_base_path_may_end_in_a_slash(string baseAddress)
    {
        var bank = new StubBank(HttpStatusCode.OK, """{"success":true,"message":"yes"}""");
        using var answer = await Client(bank, baseAddress).CanSubmitJob("48.00", "1000", "fc_abc", TestContext.Current.CancellationToken);
        Assert.Equal("GET http://bank.example/mybrc-rest/can_submit_job/48.00/1000/fc_abc/", bank.Request);
        Assert.True(answer.Content?.Success);
    }

    [Fact]
    public async Task Ids_are_escaped()
    {
        var bank = new StubBank(HttpStatusCode.OK, """{"jobslurmid":"a b:1/2","userid":"1","accountid":"x"}""");
        using var answer = await Client(bank).PutJob("a b:1/2", AJob, TestContext.Current.CancellationToken);
        Assert.Equal("PUT http://bank.example/jobs/a%20b%3A1%2F2/", bank.Request);
        Assert.Equal("a b:1/2", answer.Content?.JobSlurmId);
    }

    [Fact]
    public async Task What_is_not_said_is_left_out()
    {
        var bank = new StubBank(
            HttpStatusCode.Created,
            """{"jobslurmid":"7","userid":"1000","accountid":"fc_abc","amount":"0.00","nodes":[]}"""
        );
        using var answer = await Client(bank).CreateJob(AJob, TestContext.Current.CancellationToken);
        Assert.Equal("""{"jobslurmid":"7","userid":"1000","accountid":"fc_abc"}""", bank.Body);
        Assert.Equal(ServiceUnits.Zero, answer.Content?.Amount);
    }

    [Fact]
    public async Task Amounts_are_text_and_dates_are_instants()
    {
        var bank = new StubBank(HttpStatusCode.Created, """{"jobslurmid":"7","userid":"1000","accountid":"fc_abc"}""");
        var job = AJob with
        {
            Amount = new ServiceUnits(4800),
            StartDate = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Nodes = [new JobNode { Name = "n0001" }],
            RawTime = 0.5m,
        };
        using var answer = await Client(bank).CreateJob(job, TestContext.Current.CancellationToken);
        Assert.Equal(
            """{"jobslurmid":"7","startdate":"2026-01-02T03:04:05+00:00","userid":"1000","accountid":"fc_abc","amount":"48.00","nodes":[{"name":"n0001"}],"raw_time":0.5}""",
            bank.Body
        );
    }

    [Fact]
    public async Task A_refusal_keeps_its_status_headers_and_body()
    {
        const string refusal = """{"jobslurmid":["job with this jobslurmid already exists."]}""";
        var bank = new StubBank(HttpStatusCode.BadRequest, refusal);
        using var answer = await Client(bank).CreateJob(AJob, TestContext.Current.CancellationToken);
        Assert.False(answer.IsSuccessful);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), answer.Headers?.RetryAfter?.Delta);
        Assert.True(answer.HasResponseError(out var error));
        Assert.Equal(refusal, error.Content);
    }

    [Fact]
    public async Task A_bank_that_cannot_be_reached_is_an_answer_not_received()
    {
        using var answer = await Client(new UnreachableBank()).GetJob("7", TestContext.Current.CancellationToken);
        Assert.False(answer.IsReceived);
        Assert.True(answer.HasRequestError(out _));
    }

    private static Job AJob =>
        new()
        {
            JobSlurmId = "7",
            UserId = "1000",
            AccountId = "fc_abc",
        };

    private static IBankApi Client(HttpMessageHandler bank, string baseAddress = "http://bank.example")
    {
        var services = new ServiceCollection();
        services.AddBankApi(_ => new Uri(baseAddress)).ConfigurePrimaryHttpMessageHandler(() => bank);
        return services.BuildServiceProvider().GetRequiredService<IBankApi>();
    }

    private sealed class StubBank(HttpStatusCode status, string body) : HttpMessageHandler
    {
        public string Request { get; private set; } = "";

        public string Body { get; private set; } = "";

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Request = $"{request.Method} {request.RequestUri?.AbsoluteUri}";
            Body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            var response = new HttpResponseMessage(status)
            {
                RequestMessage = request,
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            };
            response.Headers.RetryAfter = new(TimeSpan.FromSeconds(7));
            return response;
        }
    }

    private sealed class UnreachableBank : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException("connection refused");
    }
}
