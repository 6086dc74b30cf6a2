using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace SlurmBanking.Spec.Tests.BankApi;

/// <summary>The client follows spec/swagger.json, and the comparison that says so notices each kind of difference.</summary>
public sealed class ContractTests
{
    [Fact]
    public async Task The_client_is_what_the_swagger_file_says()
    {
        var differences = ContractDrift.Find(await Read(Swagger()));
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [Fact]
    public async Task Every_path_of_the_contract_is_there()
    {
        var document = await Read(Swagger());
        string[] paths =
        [
            "/api_token_auth/",
            "/can_submit_job/{job_cost}/{user_id}/{account_id}/",
            "/jobs/",
            "/jobs/{jobslurmid}/",
            "/partitions/",
            "/upload_cpu_data/{filename}",
            "/users/",
        ];
        Assert.Equal(paths, document.Paths.Keys.Order());
        Assert.Equal("Authorization", document.Components?.SecuritySchemes?["Token"].Name);
    }

    [Theory]
    [InlineData("/definitions/Job/properties/userid", "/definitions/Job/properties/user", "definitions/Job/user: only in swagger")]
    [InlineData("/definitions/Job/properties/userid", "/definitions/Job/properties/user", "definitions/Job/userid: only in C#")]
    [InlineData("/paths/~1jobs~1/post", "/paths/~1jobs~1/patch", "PATCH /jobs/: only in swagger")]
    [InlineData("/paths/~1jobs~1/post", "/paths/~1jobs~1/patch", "POST /jobs/: only in C#")]
    [InlineData("/paths/~1users~1", "/paths/~1people~1", "GET /people/: only in swagger")]
    [InlineData("/definitions/User", "/definitions/Person", "definitions/Person: only in swagger")]
    public async Task A_renamed_thing_is_named(string from, string to, string difference)
    {
        var swagger = Swagger();
        var (parent, name) = Find(swagger, from);
        var moved = parent[name]!;
        parent.Remove(name);
        var (newParent, newName) = Find(swagger, to);
        newParent[newName] = moved;
        Assert.Contains(difference, ContractDrift.Find(await Read(swagger)));
    }

    [Theory]
    [InlineData("/definitions/Job/properties/qos/maxLength", "51", "definitions/Job/qos: maxLength: swagger says 51, C# says 50")]
    [InlineData("/definitions/JobNode/properties/name/minLength", "0", "definitions/JobNode/name: minLength: swagger says 0, C# says 1")]
    [InlineData(
        "/definitions/Job/properties/num_cpus/type",
        "\"number\"",
        "definitions/Job/num_cpus: type: swagger says Number int32, C# says Integer int32"
    )]
    [InlineData(
        "/definitions/Job/properties/startdate/format",
        "\"date\"",
        "definitions/Job/startdate: type: swagger says String date, C# says String date-time"
    )]
    [InlineData(
        "/definitions/Job/properties/amount/x-nullable",
        "true",
        "definitions/Job/amount: nullable: swagger says True, C# says False"
    )]
    [InlineData(
        "/definitions/Job/properties/raw_time/x-nullable",
        "false",
        "definitions/Job/raw_time: nullable: swagger says False, C# says True"
    )]
    [InlineData(
        "/definitions/Job/required",
        "[\"jobslurmid\",\"userid\"]",
        "definitions/Job/accountid: required: swagger says False, C# says True"
    )]
    [InlineData(
        "/definitions/Job/properties/nodes/items/$ref",
        "\"#/definitions/User\"",
        "definitions/Job/nodes: type: swagger says list of User, C# says list of JobNode"
    )]
    [InlineData(
        "/paths/~1users~1/get/responses/200/schema/$ref",
        "\"#/definitions/JobPage\"",
        "GET /users/: answer: swagger says JobPage, C# says UserPage"
    )]
    [InlineData("/paths/~1users~1/get/parameters/0/name", "\"offset\"", "GET /users/: query: swagger says offset, C# says page")]
    [InlineData(
        "/paths/~1jobs~1/post/parameters/0/schema/$ref",
        "\"#/definitions/User\"",
        "POST /jobs/: body: swagger says User, C# says Job"
    )]
    public async Task A_changed_thing_is_named(string pointer, string json, string difference)
    {
        var swagger = Swagger();
        var (parent, name) = Find(swagger, pointer);
        parent[name] = JsonNode.Parse(json);
        Assert.Contains(difference, ContractDrift.Find(await Read(swagger)));
    }

    private static JsonObject Swagger()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("swagger.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }

    /// <summary>The object that a JSON pointer's last name is in.</summary>
    private static (JsonObject Parent, string Name) Find(JsonObject swagger, string pointer)
    {
        var names = pointer[1..].Split('/').Select(static name => name.Replace("~1", "/", StringComparison.Ordinal)).ToArray();
        JsonNode at = swagger;
        foreach (var name in names[..^1])
        {
            at = at is JsonArray list ? list[int.Parse(name)]! : at[name]!;
        }

        return (at.AsObject(), names[^1]);
    }

    private static async Task<OpenApiDocument> Read(JsonObject swagger)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(swagger.ToJsonString()));
        var read = await OpenApiDocument.LoadAsync(stream, "json");
        Assert.Equal(OpenApiSpecVersion.OpenApi2_0, read.Diagnostic?.SpecificationVersion);
        return read.Document!;
    }
}
