namespace SlurmBanking.Bank.Api;

/// <summary>An id with a dot has no route, as at the service whose contract this is (spec/swagger.json: /jobs/{jobslurmid}/).</summary>
internal sealed class JobIdConstraint : IRouteConstraint
{
    /// <summary>Its name in route templates.</summary>
    public const string Name = "job_id";

    public bool Match(
        HttpContext? httpContext,
        IRouter? route,
        string routeKey,
        RouteValueDictionary values,
        RouteDirection routeDirection
    ) => values[routeKey] is string id && !id.Contains('.', StringComparison.Ordinal);
}
