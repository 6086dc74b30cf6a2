using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Tests.Executable;
using SlurmBanking.Wire.Banking;

namespace SlurmBanking.Sidecar.Tests.NodeRole;

/// <summary>Who may call what (spec/banking.proto), asked of a real controller over TLS and over its Unix socket.</summary>
public sealed class CallerTests : IDisposable
{
    private static readonly Method<byte[], byte[]> Health = Raw("grpc.health.v1.Health", "Check", MethodType.Unary);
    private static readonly Method<byte[], byte[]> Reflection = Raw(
        "grpc.reflection.v1alpha.ServerReflection",
        "ServerReflectionInfo",
        MethodType.DuplexStreaming
    );

    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_token_opens_what_its_scope_says_and_nothing_else()
    {
        var controller = await _site.ControllerAsync();
        var remote = _site.Remote();
        var facts = new Facts.FactsClient(remote);
        var banking = new Banking.BankingClient(remote);
        var start = new StartHint { JobId = 5, Node = "n1" };

        async Task<StatusCode> Report(Metadata metadata) =>
            await CodeAsync(async () => await facts.ReportStartsAsync(new ReportStartsRequest { Starts = { start } }, metadata));
        async Task<StatusCode> Ask(Metadata metadata) =>
            await CodeAsync(async () => await banking.StatusAsync(new StatusRequest(), metadata));

        Assert.Equal(StatusCode.OK, await Report(Site.Bearing(Site.NodeToken)));
        Assert.Equal(StatusCode.PermissionDenied, await Report(Site.Bearing(Site.LoginToken, 1000)));
        Assert.Equal(StatusCode.Unauthenticated, await Report(Site.Bearing("canary-wrong-but-long")));
        Assert.Equal(StatusCode.Unauthenticated, await Report([]));

        Assert.Equal(StatusCode.OK, await Ask(Site.Bearing(Site.LoginToken, 1000)));
        Assert.Equal(StatusCode.InvalidArgument, await Ask(Site.Bearing(Site.LoginToken)));
        Assert.Equal(StatusCode.InvalidArgument, await Ask([.. Site.Bearing(Site.LoginToken, 1000), new("slurm-banking-uid", "0")]));
        Assert.Equal(StatusCode.InvalidArgument, await Ask([.. Site.Bearing(Site.LoginToken), new("slurm-banking-uid", "root")]));
        Assert.Equal(StatusCode.PermissionDenied, await Ask(Site.Bearing(Site.NodeToken)));
        Assert.Equal(StatusCode.PermissionDenied, await Ask(Site.Bearing(Site.NodeToken, 0)));
        Assert.Equal(StatusCode.Unauthenticated, await Ask([]));
        Assert.Equal(StatusCode.Unauthenticated, await Ask(Site.Bearing("canary-wrong-but-long", 1000)));
        Assert.Equal(StatusCode.Unauthenticated, await Ask(Site.Bearing(Site.LoginToken + "x", 1000)));

        Assert.Equal([5], Site.Heard(controller));
        Assert.Equal(5, await controller.MetricAsync("slurm_banking_calls_refused_total", "Unauthenticated"));
        Assert.Equal(3, await controller.MetricAsync("slurm_banking_calls_refused_total", "PermissionDenied"));
    }

    [Fact]
    public async Task Health_is_for_anybody_reflection_for_users_and_http_has_another_port()
    {
        await _site.ControllerAsync();
        var invoker = _site.Remote().CreateCallInvoker();

        // HealthCheckResponse.status = SERVING
        Assert.Equal([8, 1], await invoker.AsyncUnaryCall(Health, null, default, []));
        Assert.Equal(StatusCode.Unauthenticated, await ReflectAsync(invoker, []));
        Assert.Equal(StatusCode.PermissionDenied, await ReflectAsync(invoker, Site.Bearing(Site.NodeToken)));
        Assert.Equal(StatusCode.OK, await ReflectAsync(invoker, Site.Bearing(Site.LoginToken, 1000)));

        using var handler = new SocketsHttpHandler { SslOptions = Site.Trusting(_site.Ca.Pem), UseProxy = false };
        using var http = new HttpClient(handler)
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        foreach (var path in new[] { "metrics", "healthz", "readyz", "" })
        {
            using var answer = await http.GetAsync(new Uri($"https://localhost:{_site.Port}/{path}"));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task On_the_Unix_socket_the_kernel_says_who_calls_and_no_token_does()
    {
        var controller = await _site.ControllerAsync();
        var local = _site.Local(_site.In("controller-run", "api.sock"));
        var banking = new Banking.BankingClient(local);
        await banking.StatusAsync(new StatusRequest(), Site.Bearing(Site.LoginToken, 4242));
        Assert.Contains($"Banking/Status called, scope local, uid {SlurmUser.Own().Uid}\n", controller.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("4242", controller.Output, StringComparison.Ordinal);
        var facts = new Facts.FactsClient(local);
        Assert.Equal(
            StatusCode.PermissionDenied,
            await CodeAsync(async () => await facts.ReportStartsAsync(new ReportStartsRequest(), Site.Bearing(Site.NodeToken)))
        );
    }

    [Fact]
    public async Task A_report_is_bounded_and_taken_as_a_whole_or_not_at_all()
    {
        var controller = await _site.ControllerAsync();
        var facts = new Facts.FactsClient(_site.Remote());
        async Task<StatusCode> Report(IEnumerable<StartHint> starts) =>
            await CodeAsync(async () =>
            {
                var request = new ReportStartsRequest();
                request.Starts.AddRange(starts);
                var reply = await facts.ReportStartsAsync(request, Site.Bearing(Site.NodeToken));
                Assert.Equal((uint)request.Starts.Count, reply.Taken);
            });
        static IEnumerable<StartHint> Many(int count, string node) =>
            Enumerable.Range(1, count).Select(job => new StartHint { JobId = (uint)job, Node = node });

        Assert.Equal(StatusCode.OK, await Report([]));
        Assert.Equal(StatusCode.InvalidArgument, await Report(Many(257, "n1")));
        Assert.Equal(StatusCode.InvalidArgument, await Report([.. Many(1, "n1"), new StartHint { Node = "n1" }]));
        Assert.Equal(StatusCode.InvalidArgument, await Report([.. Many(1, "n1"), .. Many(1, new string('x', 256))]));
        Assert.Equal(StatusCode.ResourceExhausted, await Report(Many(1, new string('x', 300_000))));
        Assert.Empty(Site.Heard(controller));

        // The largest: 256 names of 255 characters of three bytes each.
        Assert.Equal(StatusCode.OK, await Report(Many(256, new string('\u4e2d', 255))));
        Assert.Equal(256, await controller.MetricAsync("slurm_banking_facts_total", "kind=\"forwarded\""));
    }

    [Fact]
    public async Task Plain_text_is_not_spoken_there()
    {
        await _site.ControllerAsync();
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://127.0.0.1:{_site.Port}/")));
    }

    [Theory]
    [InlineData("/slurm_banking.v1.Banking/Status", "User")]
    [InlineData("/slurm_banking.v1.Facts/ReportStarts", "Node")]
    [InlineData("/grpc.health.v1.Health/Check", "Anybody")]
    [InlineData("/slurm_banking.v1.Banking/OneThatIsAddedLater", "Admin")]
    public void A_method_that_is_not_listed_is_for_admins(string method, string need) =>
        Assert.Equal(need, CallerNeeds.Of(method).ToString());

    [Theory]
    [InlineData("Local", true, true, true)]
    [InlineData("Local", false, false, true)]
    [InlineData("Login", false, false, true)]
    [InlineData("Node", false, false, false)]
    [InlineData("None", false, false, false)]
    public void Only_a_local_admin_is_an_admin(string scope, bool isAdmin, bool mayAdmin, bool mayUse)
    {
        var caller = new Caller(Enum.Parse<CallerScope>(scope), 0, isAdmin);
        Assert.Equal((mayAdmin, mayUse), (CallerNeed.Admin.IsMetBy(caller), CallerNeed.User.IsMetBy(caller)));
    }

    [Theory]
    [InlineData("--listen must be ADDRESS:PORT", "--listen", "localhost")]
    [InlineData("--listen needs --tls-cert FILE and --tls-key FILE", "--listen", "127.0.0.1:9465")]
    [InlineData("--role node needs --controller https://HOST:PORT", "--role", "node")]
    [InlineData("--role node needs --controller https://HOST:PORT", "--role", "node", "--controller", "http://c:1", "--token", "t")]
    [InlineData("--role node needs --token FILE", "--role", "node", "--controller", "https://c:1")]
    public async Task What_is_missing_on_the_command_line_is_named(string problem, params string[] arguments)
    {
        var (code, _, errors) = await SidecarProcess.RunAsync(arguments);
        Assert.Equal(1, code);
        Assert.Contains(problem, errors, StringComparison.Ordinal);
    }

    private static Method<byte[], byte[]> Raw(string service, string name, MethodType type)
    {
        var bytes = Marshallers.Create(static body => body, static body => body);
        return new Method<byte[], byte[]>(type, service, name, bytes, bytes);
    }

    private static async Task<StatusCode> ReflectAsync(CallInvoker invoker, Metadata metadata) =>
        await CodeAsync(async () =>
        {
            using var call = invoker.AsyncDuplexStreamingCall(Reflection, null, new CallOptions(metadata));

            try
            {
                // ServerReflectionRequest.list_services = ""
                await call.RequestStream.WriteAsync([0x3a, 0]);
            }
            catch (RpcException)
            {
                // Refused before it was sent: the answer says how.
            }

            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        });

    private static async Task<StatusCode> CodeAsync(Func<Task> call)
    {
        try
        {
            await call();
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
