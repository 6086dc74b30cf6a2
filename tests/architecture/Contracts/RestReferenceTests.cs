using System.Text.Json.Nodes;

namespace SlurmBanking.Architecture.Tests.Contracts;

/// <summary>
/// docs/api-rest.md is made of the contract's document and our bank's. UPDATE=1 writes it. That the bank does what they say, and wants the
/// tokens that the page names, is for the bank's own tests.
/// </summary>
public sealed class RestReferenceTests
{
    private const string Page = "docs/api-rest.md";

    [Fact]
    public void It_says_what_the_documents_say() =>
        Assert.Equal(Tree.Made(Page, RestReference.Render(Json("spec/swagger.json"), Json("bank/Api/V1/openapi.json"))), Tree.Read(Page));

    [Theory]
    [InlineData("{\"surprise\":1}")]
    [InlineData("{\"oneOf\":[{\"type\":\"integer\",\"multipleOf\":2}]}")]
    [InlineData("{\"$ref\":\"#/definitions/Nobody\"}")]
    public void What_is_not_understood_is_an_error(string schema)
    {
        var document = RestDocument.OfContract(Json("spec/swagger.json"));
        Assert.Throws<FormatException>(() => document.TypeOf(JsonNode.Parse(schema)!.AsObject()));
    }

    [Fact]
    public void An_operation_that_does_not_say_what_token_it_needs_is_an_error()
    {
        var ours = Json("bank/Api/V1/openapi.json");
        ours["paths"]!["/v1/accounts"]!["get"]!["description"] = "Lists them.";
        Assert.Throws<FormatException>(() => RestDocument.OfBank(ours));
    }

    private static JsonNode Json(string file) => JsonNode.Parse(Tree.Read(file))!;
}
