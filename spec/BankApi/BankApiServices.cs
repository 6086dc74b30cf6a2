using Microsoft.Extensions.DependencyInjection;
using Refit;

namespace SlurmBanking.BankApi;

/// <summary>Registers the client of the bank's REST API.</summary>
public static class BankApiServices
{
    /// <summary>
    /// Adds <see cref="IBankApi"/> without reflection. The caller sets timeout, Authorization, TLS and retries on the builder.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="baseAddress">Gives the bank's address with its base path, with or without a trailing slash.</param>
    public static IHttpClientBuilder AddBankApi(this IServiceCollection services, Func<IServiceProvider, Uri> baseAddress) =>
        services.AddClient<IBankApi>(baseAddress);

    /// <summary>Adds <see cref="IBalanceApi"/> in the same way.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="baseAddress">Gives the bank's address with its base path, with or without a trailing slash.</param>
    public static IHttpClientBuilder AddBalanceApi(this IServiceCollection services, Func<IServiceProvider, Uri> baseAddress) =>
        services.AddClient<IBalanceApi>(baseAddress);

    /// <summary>Adds <see cref="ILeaseApi"/> in the same way.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="baseAddress">Gives the bank's address with its base path, with or without a trailing slash.</param>
    public static IHttpClientBuilder AddLeaseApi(this IServiceCollection services, Func<IServiceProvider, Uri> baseAddress) =>
        services.AddClient<ILeaseApi>(baseAddress);

    /// <summary>Adds <see cref="IDirectoryApi"/> in the same way.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="baseAddress">Gives the bank's address with its base path, with or without a trailing slash.</param>
    public static IHttpClientBuilder AddDirectoryApi(this IServiceCollection services, Func<IServiceProvider, Uri> baseAddress) =>
        services.AddClient<IDirectoryApi>(baseAddress);

    private static IHttpClientBuilder AddClient<TApi>(this IServiceCollection services, Func<IServiceProvider, Uri> baseAddress)
        where TApi : class =>
        services
            .AddRefitGeneratedClient<TApi>(BankApiJsonContext.Default)
            .ConfigureHttpClient((provider, client) => client.BaseAddress = baseAddress(provider));
}
