namespace SlurmBanking.Bank.Api.V1;

/// <summary>Serves /openapi.json, which describes /v1/; a test compares it with the routes and the answers.</summary>
internal static class OpenApiV1
{
    private const string Resource = "openapi.json";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/openapi.json",
                static async context =>
                {
                    await using var document = typeof(OpenApiV1).Assembly.GetManifestResourceStream(Resource)!;
                    context.Response.ContentType = "application/json";
                    await document.CopyToAsync(context.Response.Body, context.RequestAborted);
                }
            )
            .WithMetadata(EndpointNeed.Nothing);
}
