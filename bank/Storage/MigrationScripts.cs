using System.Globalization;
using System.Reflection;
using SlurmBanking.Bank.Messages;

namespace SlurmBanking.Bank.Storage;

/// <summary>The scripts STORE/Migrations/NNNN_name.sql, which bring a database forward: each runs once, in order, never back.</summary>
internal static class MigrationScripts
{
    /// <summary>The scripts of a store, in order; there is at least one.</summary>
    /// <param name="store">The name of its folder.</param>
    public static IReadOnlyList<(int Number, string Sql)> Of(string store)
    {
        var prefix = $"{store}/";
        return
        [
            .. Assembly
                .GetExecutingAssembly()
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => (int.Parse(name.AsSpan(prefix.Length, 4), CultureInfo.InvariantCulture), Text(name))),
        ];
    }

    /// <summary>The scripts that a database still lacks.</summary>
    /// <param name="store">The name of the store's folder.</param>
    /// <param name="version">The number of the last one that it has had; 0 for none.</param>
    /// <exception cref="BankStoreException">It has had one that this build does not know.</exception>
    public static IReadOnlyList<(int Number, string Sql)> Missing(string store, long version)
    {
        var scripts = Of(store);
        return version <= scripts[^1].Number
            ? [.. scripts.Where(script => script.Number > version)]
            : throw new BankStoreException(DatabaseTroubles.NewerLayout(version, scripts[^1].Number));
    }

    private static string Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
