using System.Security.Cryptography;
using SlurmBanking.Bank.Api;

namespace SlurmBanking.Bank.Pages;

/// <summary>Serves the style sheet and the icon, which are the same for everybody. A new build's have another address.</summary>
internal static class PageFiles
{
    private static readonly byte[] Sheet = Resource("style.css");
    private static readonly byte[] Drawing = Resource("icon.svg");

    public static string Style { get; } = $"/pages/style.css?{Mark(Sheet)}";

    public static string Icon { get; } = $"/pages/icon.svg?{Mark(Drawing)}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/pages/style.css", static context => Send(context, Sheet, "text/css")).WithMetadata(EndpointNeed.Nothing);
        routes.MapGet("/pages/icon.svg", static context => Send(context, Drawing, "image/svg+xml")).WithMetadata(EndpointNeed.Nothing);
    }

    private static Task Send(HttpContext context, byte[] content, string type)
    {
        context.SetPageHeaders();
        context.Response.Headers.CacheControl = "public, max-age=86400";
        context.Response.ContentType = type;
        return context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }

    private static string Mark(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 4));

    private static byte[] Resource(string name)
    {
        using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream($"Pages/{name}")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
