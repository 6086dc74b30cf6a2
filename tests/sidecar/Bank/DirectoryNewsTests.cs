using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SlurmBanking.BankApi;
using SlurmBanking.Sidecar.Bank;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Tests.Intake;

namespace SlurmBanking.Sidecar.Tests.Bank;

/// <summary>What the bank is told of partitions and users, when, and when it is left alone.</summary>
public sealed class DirectoryNewsTests : IDisposable
{
    private static readonly Uri Here = new("http://bank.invalid");
    private readonly Listener _bank = new();
    private readonly FakeTimeProvider _time = new(Given.Noon);
    private readonly DirectoryNews _news;

    public DirectoryNewsTests() => _news = new DirectoryNews(_bank.Client(), _time, NullLogger<DirectoryNews>.Instance);

    public void Dispose() => _bank.Dispose();

    [Fact]
    public async Task Only_what_has_changed_is_told()
    {
        await Tell();
        await Tell();
        Assert.Equal(
            [
                "PUT /v1/clusters/alpha/directory {\"partitions\":[{\"name\":\"p\",\"shared\":true,\"num_nodes\":0,\"num_cores\":0,\"su_per_core_hour\":\"1\"}]}",
            ],
            _bank.Heard
        );
        await Tell(price: 2);
        Assert.Equal(2, _bank.Heard.Count);
        // Another bank has been told nothing.
        await _news.TellAsync(new Uri("http://other.invalid"), "alpha", Directory(2), CancellationToken.None);
        Assert.Equal(3, _bank.Heard.Count);
    }

    [Theory]
    [InlineData(404, "text/html")]
    [InlineData(404, "application/json")]
    [InlineData(404, "application/problem+json")]
    [InlineData(405, "application/json")]
    public async Task A_bank_that_does_not_offer_it_is_left_alone_for_an_hour(int status, string type)
    {
        _bank.Answer = () => Answer(status, type);
        await Tell();
        _time.Advance(TimeSpan.FromMinutes(59));
        await Tell(price: 2);
        Assert.Single(_bank.Heard);
        _time.Advance(TimeSpan.FromMinutes(1));
        _bank.Answer = static () => Answer(204);
        await Tell(price: 2);
        await Tell(price: 2);
        Assert.Equal(2, _bank.Heard.Count);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(0)]
    public async Task What_fails_is_tried_again_the_next_time(int status)
    {
        _bank.Answer = () => status == 0 ? throw new HttpRequestException("away") : Answer(status);
        await Tell();
        _bank.Answer = static () => Answer(204);
        await Tell();
        await Tell();
        Assert.Equal(2, _bank.Heard.Count);
    }

    [Fact]
    public async Task What_is_refused_is_not_told_again_before_it_changes()
    {
        _bank.Answer = static () => Answer(400, "application/problem+json");
        await Tell();
        await Tell();
        Assert.Single(_bank.Heard);
        await Tell(price: 2);
        Assert.Equal(2, _bank.Heard.Count);
    }

    [Fact]
    public void A_listing_has_all_that_a_bank_takes_in_one_order()
    {
        SlurmUserRecord[] users =
        [
            new(7, "eve", ""),
            new(5, "bob", ""),
            new(6, "not a name", ""),
            .. Enumerable.Range(10_000, 5000).Select(static i => new SlurmUserRecord((uint)i, $"u{i}", "")),
        ];
        var cluster = ClusterSnapshot.Of(
            [.. Given.Cluster.Partitions.Values, new SlurmBanking.Sidecar.ClusterView.Partition { Name = new string('x', 51) }],
            [.. Given.Cluster.Partitions.Values.SelectMany(static partition => partition.Nodes)]
        ) with
        {
            Associations = Associations.Of(users, []),
        };
        var listing = DirectoryListing.Of(cluster, Given.Settings());
        Assert.Equal(
            [
                "bounded 1x16 1",
                "cent 0x0 0.01",
                "endless 0x0 1",
                "free 0x0 0",
                "gpu 2x32 1",
                "normal 4x16 0.75",
                "small 2x4 1",
                "smt 1x16 1",
                "whole 3x16 0.5",
            ],
            listing[0].Partitions!.Select(static one => $"{one.Name} {one.NumNodes}x{one.NumCores} {one.SuPerCoreHour}")
        );
        Assert.Equal(["whole"], listing[0].Partitions!.Where(static one => !one.Shared).Select(static one => one.Name));
        Assert.Equal((2, 5000, 2), (listing.Count, listing[0].Users!.Count, listing[1].Users!.Count));
        Assert.Equal(["5 bob", "7 eve"], listing[0].Users!.Take(2).Select(static one => $"{one.UserId} {one.Username}"));
        Assert.Null(listing[1].Partitions);
    }

    [Fact]
    public async Task Only_the_sidecar_on_duty_tells_and_only_of_a_cluster_that_it_knows()
    {
        using var counter = new Counter();
        using var standby = new Duty(
            "h",
            new OneController(),
            counter.View,
            counter.Teller,
            counter.Journal,
            counter.Metrics,
            TimeProvider.System,
            NullLogger<Duty>.Instance
        );
        using var idle = Sender(standby);
        using var sender = Sender(counter.Duty);
        // Its name is not known yet.
        Assert.Equal(TimeSpan.FromSeconds(10), await sender.TurnAsync(CancellationToken.None));
        counter.View.Cluster = Given.Cluster with { Name = "alpha" };
        Assert.Equal(TimeSpan.FromSeconds(10), await idle.TurnAsync(CancellationToken.None));
        Assert.Empty(_bank.Heard);
        Assert.Equal(TimeSpan.FromMinutes(5), await sender.TurnAsync(CancellationToken.None));
        Assert.StartsWith("PUT /v1/clusters/alpha/directory ", Assert.Single(_bank.Heard), StringComparison.Ordinal);

        DirectorySender Sender(Duty duty) =>
            new(
                _news,
                counter.View,
                new ClusterName(counter.Settings, counter.View),
                duty,
                counter.Bank.Health,
                counter.Settings,
                counter.Metrics,
                _time,
                NullLogger<DirectorySender>.Instance
            );
    }

    private Task Tell(decimal price = 1) => _news.TellAsync(Here, "alpha", Directory(price), CancellationToken.None);

    private static ClusterDirectory[] Directory(decimal price) =>
        [
            new()
            {
                Partitions =
                [
                    new BankApi.Partition
                    {
                        Name = "p",
                        Shared = true,
                        NumNodes = 0,
                        NumCores = 0,
                        SuPerCoreHour = price,
                    },
                ],
            },
        ];

    private static HttpResponseMessage Answer(int status, string type = "application/json") =>
        new((HttpStatusCode)status) { Content = new StringContent(status == 204 ? "" : "{}", Encoding.UTF8, type) };

    // Keeps what it was told.
    private sealed class Listener : HttpMessageHandler
    {
        public List<string> Heard { get; } = [];

        public Func<HttpResponseMessage> Answer { get; set; } = static () => DirectoryNewsTests.Answer(204);

        public IDirectoryApi Client()
        {
            var services = new ServiceCollection();
            services.AddDirectoryApi(static _ => Here).ConfigurePrimaryHttpMessageHandler(() => this);
            return services.BuildServiceProvider().GetRequiredService<IDirectoryApi>();
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            Heard.Add($"{request.Method} {request.RequestUri!.AbsolutePath} {body}");
            var response = Answer();
            response.RequestMessage = request;
            return response;
        }
    }
}
