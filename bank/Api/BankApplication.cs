using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Api;

/// <summary>The bank as a web application.</summary>
internal static class BankApplication
{
    private const int MaxBodyBytes = 1 << 20;

    /// <summary>Builds it; it does not listen yet.</summary>
    /// <param name="url">Where to listen; a path is the base path of the contract.</param>
    /// <param name="store">The books.</param>
    /// <param name="time">The bank's clock.</param>
    public static WebApplication Build(Uri url, IBankStore store, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url.GetLeftPart(UriPartial.Authority));
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        builder.Logging.AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
        });
        // The framework's lines about every request and its own start say less than ours; why it can't start, serve says.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton(time);
        builder.Services.Configure<RouteOptions>(static routes => routes.SetParameterPolicy<JobIdConstraint>(JobIdConstraint.Name));
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));

        var application = builder.Build();
        application.UseMiddleware<RequestLog>();
        application.UseMiddleware<FailureGuard>();
        application.UsePathBase(url.AbsolutePath.TrimEnd('/'));
        application.UseRouting();
        application.UseMiddleware<TokenGate>();
        application.MapGet("/healthz", static context => context.Response.WriteAsync("ok\n")).WithMetadata(EndpointNeed.Nothing);
        SubmissionsApi.Map(application);
        JobsApi.Map(application);
        DirectoryApi.Map(application);
        TokensApi.Map(application);
        UploadsApi.Map(application);
        return application;
    }
}
