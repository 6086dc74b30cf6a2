using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Contract;

public abstract class UploadTests<TDatabase>(BankOn<TDatabase> bank) : IClassFixture<BankOn<TDatabase>>
    where TDatabase : TestDatabase, new()
{
    [Fact]
    public async Task A_zipped_json_file_is_taken() =>
        Assert.Equal(HttpStatusCode.OK, await Upload(Zip(("usage.json", """[{"cpu": 1}]"""))));

    [Fact]
    public async Task What_is_no_zip_no_json_or_several_files_is_refused()
    {
        Assert.Equal(HttpStatusCode.BadRequest, await Upload(Encoding.UTF8.GetBytes("[1]")));
        Assert.Equal(HttpStatusCode.BadRequest, await Upload([]));
        Assert.Equal(HttpStatusCode.BadRequest, await Upload(Zip(("usage.json", "[1"))));
        Assert.Equal(HttpStatusCode.BadRequest, await Upload(Zip(("a.json", "1"), ("b.json", "2"))));
    }

    [Fact]
    public async Task It_needs_a_staff_token() =>
        Assert.Equal(HttpStatusCode.Forbidden, await Upload(Zip(("usage.json", "[]")), bank.Reader));

    private static byte[] Zip(params (string Name, string Text)[] files)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create))
        {
            foreach (var (name, text) in files)
            {
                using var writer = new StreamWriter(archive.CreateEntry(name).Open());
                writer.Write(text);
            }
        }

        return buffer.ToArray();
    }

    private async Task<HttpStatusCode> Upload(byte[] bytes, string? token = null)
    {
        using var client = new HttpClient { BaseAddress = bank.Address };
        using var request = new HttpRequestMessage(HttpMethod.Put, "upload_cpu_data/usage.zip") { Content = new ByteArrayContent(bytes) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Token", token ?? bank.Staff);
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }
}

public sealed class SqliteUploadTests(BankOn<SqliteTestDatabase> bank) : UploadTests<SqliteTestDatabase>(bank);

public sealed class PostgresUploadTests(BankOn<PostgresTestDatabase> bank) : UploadTests<PostgresTestDatabase>(bank);
