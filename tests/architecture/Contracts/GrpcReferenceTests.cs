namespace SlurmBanking.Architecture.Tests.Contracts;

/// <summary>docs/api-grpc.md is made of spec/banking.proto and spec/hooks.proto; all in them is explained. UPDATE=1 writes it.</summary>
public sealed class GrpcReferenceTests
{
    private const string Page = "docs/api-grpc.md";
    private const string Banking = "spec/banking.proto";
    private const string Hooks = "spec/hooks.proto";

    [Fact]
    public void It_says_what_the_contracts_say() =>
        Assert.Equal(
            Tree.Made(Page, GrpcReference.Render(Read(Banking), Read(Hooks), Tree.Read("sidecar/Intake/CallerNeeds.cs"))),
            Tree.Read(Page)
        );

    [Theory]
    [InlineData(Banking)]
    [InlineData(Hooks)]
    public void Everything_is_explained(string file) => Assert.Equal([], GrpcReference.Silent(file, Read(file)));

    [Fact]
    public void What_no_comment_explains_is_named()
    {
        const string text = """
            // About the file.
            syntax = "proto3";

            package p;

            // Explained.
            service S {
              rpc Ask(Question) returns (stream Answer);
            }

            message Question {
              string name = 1;
              oneof kind {
                Answer one = 2;
                bool other = 3;
              }
            }

            message Answer {}

            // Explained.
            enum E {
              E_UNSPECIFIED = 0;
              SILENT = 1;
              SPOKEN = 2;  // here, and
                           // here
            }
            """;
        var file = ProtoFile.Read("p.proto", text);
        Assert.Equal(
            ["p:8: p.S.Ask", "p:12: p.Question.name", "p:15: p.Question.kind.other", "p:24: p.E.SILENT"],
            GrpcReference.Silent("p", file)
        );
        Assert.Equal("here, and here", file.Items[^1].Items[^1].Words);
    }

    [Theory]
    [InlineData("message M {\n  map<string, string> m = 1;\n}", 5)]
    [InlineData("message M {\n  reserved 4;\n}", 5)]
    [InlineData("message M {\n  uint32 a = 1 [deprecated = true];\n}", 5)]
    [InlineData("extend M {\n}", 4)]
    [InlineData("service S {\n  uint32 a = 1;\n}", 5)]
    [InlineData("message M {\n}\n}", 6)]
    [InlineData("message M {\n  // about nothing\n}", 6)]
    [InlineData("message M {", 4)]
    [InlineData("// about nothing\n\nmessage M {}", 5)]
    public void What_is_not_understood_is_an_error(string text, int line)
    {
        var error = Assert.Throws<FormatException>(() => ProtoFile.Read("p.proto", $"syntax = \"proto3\";\n\npackage p;\n{text}\n"));
        Assert.StartsWith($"p.proto:{line}: ", error.Message, StringComparison.Ordinal);
    }

    private static ProtoItem Read(string file) => ProtoFile.Read(file, Tree.Read(file));
}
