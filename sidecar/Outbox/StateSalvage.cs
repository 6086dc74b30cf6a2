using System.Globalization;
using Microsoft.Data.Sqlite;
using SlurmBanking.BankApi;

namespace SlurmBanking.Sidecar.Outbox;

/// <summary>
/// Rescues what can be read of a damaged state database. What is lost with it the queue, sacct and the bank tell again: holds
/// by their marks, runs by their jobs, charges that were made by the bank's own records.
/// </summary>
internal static class StateSalvage
{
    private static readonly string[] Parts = ["", "-wal", "-shm"];

    // Whatever does not parse was hit itself; a row without a body is copied as it is.
    private static readonly (string Table, string Columns, string Order, int Body)[] Tables =
    [
        ("meta", "name, value", "name", -1),
        ("hold", "id, body", "id", 1),
        ("run", "key, closed, body", "key", 2),
        ("delivery", "seq, run, account, kind, bank_id, body, attempts, due, state, problem", "seq", 5),
    ];

    /// <summary>Renames a database and what belongs to it.</summary>
    /// <returns>Its new name.</returns>
    public static string SetAside(string file, DateTimeOffset now)
    {
        var name = file + now.UtcDateTime.ToString("'.damaged-'yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        foreach (var part in Parts.Where(part => File.Exists(file + part)))
        {
            File.Move(file + part, name + part, overwrite: true);
        }

        return name;
    }

    /// <summary>How many damaged databases lie beside one.</summary>
    public static int Count(string file)
    {
        try
        {
            // The parts of each have something behind the time.
            return Directory.GetFiles(Path.GetDirectoryName(file)!, Path.GetFileName(file) + ".damaged-*Z").Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Copies what can be read.</summary>
    /// <returns>Rows copied.</returns>
    public static int Copy(string damaged, SqliteConnection into)
    {
        var copied = 0;
        foreach (var (table, columns, order, body) in Tables)
        {
            // From both ends up to the damage.
            copied += Copy(damaged, into, table, columns, $"{order} ASC", body);
            copied += Copy(damaged, into, table, columns, $"{order} DESC", body);
        }

        return copied;
    }

    private static int Copy(string damaged, SqliteConnection into, string table, string columns, string order, int body)
    {
        var copied = 0;
        try
        {
            using var connection = new SqliteConnection($"Data Source={damaged};Mode=ReadOnly;Pooling=False");
            connection.Open();
            using var select = connection.CreateCommand();
            select.CommandText = $"SELECT {columns} FROM {table} ORDER BY {order}";
            using var reader = select.ExecuteReader();
            using var transaction = into.BeginTransaction();
            using var insert = into.CreateCommand();
            var names = columns.Split(", ").Select(static column => $"${column}").ToList();
            insert.CommandText = $"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({string.Join(", ", names)})";
            try
            {
                while (reader.Read())
                {
                    insert.Parameters.Clear();
                    for (var i = 0; i < names.Count; i++)
                    {
                        insert.Parameters.AddWithValue(names[i], reader.GetValue(i));
                    }

                    copied += body < 0 || IsWhole(table, reader.GetString(body)) ? insert.ExecuteNonQuery() : 0;
                }
            }
            finally
            {
                transaction.Commit();
            }
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException or InvalidCastException)
        {
            // This far and no further.
        }

        return copied;
    }

    private static bool IsWhole(string table, string body) =>
        table switch
        {
            "hold" => StateJson.TryRead(body, StateJson.Default.Hold) is not null,
            "run" => StateJson.TryRead(body, StateJson.Default.Run) is not null,
            _ => StateJson.TryRead(body, BankApiJsonContext.Default.Job) is not null,
        };
}
