using Npgsql;
using SlurmBanking.Bank.Messages;

namespace SlurmBanking.Bank.Storage.Postgres;

/// <summary>
/// Reads where a PostgreSQL database is: Npgsql's form ("Host=db;Database=bank;…") or libpq's address
/// (postgresql://user@host:port/database?sslmode=require; a socket's directory as postgresql:///database?host=/run/postgresql).
/// What is wrong with one is not quoted: it may hold a password.
/// </summary>
internal static class PostgresAddress
{
    // Before what is given, which so may say otherwise.
    private const string Defaults =
        "Application Name=slurm-banking-bank;Timeout=5;Command Timeout=30;Maximum Pool Size=32;Keepalive=30;Max Auto Prepare=100;"
        // Nothing of a session is changed after its start: there is nothing to reset.
        + "No Reset On Close=true;";

    // libpq's parameters that Npgsql knows by another name, spaces and cases apart.
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["user"] = "Username",
        ["dbname"] = "Database",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["target_session_attrs"] = "Target Session Attributes",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslmode"] = "SSL Mode",
    };

    private static readonly string[] Schemes = ["postgresql://", "postgres://"];

    /// <summary>Whether a text names such a database rather than a file.</summary>
    public static bool IsOne(string text) => text.Contains('=', StringComparison.Ordinal) || HasScheme(text);

    /// <summary>Reads one.</summary>
    /// <exception cref="BankStoreException">It can't be read, or names no host.</exception>
    public static NpgsqlConnectionStringBuilder Read(string text)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(HasScheme(text) ? Defaults : Defaults + text);
            if (HasScheme(text))
            {
                Take(new Uri(text), builder);
            }
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new BankStoreException(DatabaseTroubles.BadAddress);
        }

        return string.IsNullOrEmpty(builder.Host) ? throw new BankStoreException(DatabaseTroubles.NoHost) : builder;
    }

    private static bool HasScheme(string text) => Schemes.Any(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    private static void Take(Uri address, NpgsqlConnectionStringBuilder builder)
    {
        if (address.Host.Length > 0)
        {
            builder.Host = address.Host;
        }

        if (address.Port > 0)
        {
            builder.Port = address.Port;
        }

        var credentials = address.UserInfo.Split(':', 2);
        if (credentials[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(credentials[0]);
        }

        if (credentials.Length > 1)
        {
            builder.Password = Uri.UnescapeDataString(credentials[1]);
        }

        if (address.AbsolutePath.Length > 1)
        {
            builder.Database = Uri.UnescapeDataString(address.AbsolutePath[1..]);
        }

        foreach (var pair in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var left, var right] ? (left, right) : throw new FormatException();
            builder[Names.GetValueOrDefault(key, key)] =
                key == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : Uri.UnescapeDataString(value);
        }
    }
}
