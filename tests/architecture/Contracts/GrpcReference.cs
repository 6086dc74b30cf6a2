using System.Text;
using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests.Contracts;

/// <summary>docs/api-grpc.md, of the two .proto files and of the sidecar's table of who may call what.</summary>
internal sealed partial class GrpcReference
{
    private const string Head = """
        # gRPC and plugin frames

        Made of [spec/banking.proto](../spec/banking.proto) and [spec/hooks.proto](../spec/hooks.proto) (`UPDATE=1 make test-fast` writes
        this page). `sbank --json` answers the same questions without a client of one's own ([sbank.md](sbank.md)); what the bank offers
        over HTTP is in [api-rest.md](api-rest.md). Fields are only added, and a peer skips what it does not know.


        """;

    private static readonly HashSet<string> Scalars = new(StringComparer.Ordinal) { "bool", "string", "int64", "uint32", "uint64" };

    private static readonly HashSet<string> WellKnown = new(StringComparer.Ordinal)
    {
        "google.protobuf.Timestamp",
        "google.protobuf.Duration",
    };

    private readonly StringBuilder _page = new(Head);
    private readonly HashSet<string> _named;

    private GrpcReference(IEnumerable<ProtoItem> files) =>
        _named = [.. files.SelectMany(static file => Named(file, "")).Select(static one => one.Name)];

    /// <param name="banking">What people, programs and nodes ask.</param>
    /// <param name="hooks">What plugins say.</param>
    /// <param name="callerNeeds">The source of the sidecar's table.</param>
    public static string Render(ProtoItem banking, ProtoItem hooks, string callerNeeds)
    {
        var reference = new GrpcReference([banking, hooks]);
        reference.Package("gRPC", banking);
        reference.Callers(banking, callerNeeds);
        foreach (var service in banking.Of(ProtoKind.Service))
        {
            reference.Service(service);
        }

        reference.Types(banking);
        reference.Package("Plugins and the sidecar", hooks);
        reference.Types(hooks);
        return reference._page.ToString().TrimEnd('\n') + '\n';
    }

    /// <summary>What a reader would look for in vain: "file:line: name" of each thing that no comment explains.</summary>
    /// <param name="path">For the answer.</param>
    /// <param name="file">Its items.</param>
    public static IEnumerable<string> Silent(string path, ProtoItem file)
    {
        var asked = file.Of(ProtoKind.Service)
            .SelectMany(static service => service.Items)
            .SelectMany(static method => (string[])[method.Type, method.Answer])
            .ToHashSet(StringComparer.Ordinal);
        return Everything(file, file.Name)
            .Where(one => one.Item.IsSilent && !SpeaksForItself(one.Item, one.IsChoice, asked))
            .Select(one => $"{path}:{one.Item.Line}: {one.Name}");
    }

    // What a method takes or answers with is explained there, a choice between messages by the messages, and no value by its name.
    private static bool SpeaksForItself(ProtoItem item, bool isChoice, HashSet<string> asked) =>
        item.Kind switch
        {
            ProtoKind.OneOf => true,
            ProtoKind.Message => asked.Contains(item.Name),
            ProtoKind.Field => isChoice && !Scalars.Contains(item.Type),
            ProtoKind.Value => item.Number == 0 && item.Name.EndsWith("_UNSPECIFIED", StringComparison.Ordinal),
            _ => false,
        };

    private static IEnumerable<(ProtoItem Item, string Name, bool IsChoice)> Everything(
        ProtoItem item,
        string name,
        bool isChoice = false
    ) =>
        item
            .Items.SelectMany(child => Everything(child, $"{name}.{child.Name}", item.Kind == ProtoKind.OneOf))
            .Prepend((item, name, isChoice));

    private static IEnumerable<(ProtoItem Item, string Name)> Named(ProtoItem item, string scope) =>
        item
            .Items.Where(static child => child.Kind is ProtoKind.Message or ProtoKind.Enum)
            .SelectMany(child => Named(child, $"{scope}{child.Name}.").Prepend((child, $"{scope}{child.Name}")));

    private void Package(string title, ProtoItem file) =>
        _page.Append($"## {title}\n\nPackage `{file.Name}`.\n\n{Prose(file.Heading)}\n\n");

    private void Callers(ProtoItem file, string callerNeeds)
    {
        var needs = Need()
            .Matches(callerNeeds)
            .ToDictionary(
                static match => $"{match.Groups["service"].Value}.{match.Groups["method"].Value}",
                static match => match.Groups["need"].Value,
                StringComparer.Ordinal
            );
        _page.Append("| method | who may call it |\n|---|---|\n");
        foreach (var service in file.Of(ProtoKind.Service))
        {
            foreach (var name in service.Items.Select(method => $"{service.Name}.{method.Name}"))
            {
                _page.Append($"| {Link(name)} | {Caller(needs.GetValueOrDefault(name, "Admin"))} |\n");
                needs.Remove(name);
            }
        }

        _page.Append('\n');
        if (needs.Count > 0)
        {
            throw new FormatException($"callers are named of what is no method: {string.Join(", ", needs.Keys)}");
        }
    }

    private static string Caller(string need) =>
        need switch
        {
            "User" => "any local user; on TCP a token of scope login",
            "Node" => "a token of scope node",
            "Admin" => "root and SlurmUser, on the Unix socket",
            _ => throw new FormatException($"who is {need}?"),
        };

    private void Service(ProtoItem service)
    {
        _page.Append($"### `{service.Name}`\n\n{Prose(service.Heading)}");
        _page.Append(service.Heading.Length > 0 ? "\n\n" : "");
        foreach (var method in service.Items)
        {
            var stream = method.Label.Length > 0 ? "a stream of " : "";
            _page.Append($"#### `{service.Name}.{method.Name}`\n\n");
            _page.Append(
                $"Takes {TypeLink(method.Type, "")}, answers {stream}{TypeLink(method.Answer, "")}.\n\n{Prose(method.Heading)}\n\n"
            );
        }
    }

    private void Types(ProtoItem file)
    {
        foreach (var (item, name) in Named(file, ""))
        {
            _page.Append($"### `{name}`\n\n");
            _page.Append(item.Heading.Length > 0 ? $"{Prose(item.Heading)}\n\n" : "");
            if (item.Kind == ProtoKind.Enum)
            {
                Table("| value | number | |\n|---|---|---|\n", item, one => $"| `{one.Name}` | {one.Number} |");
            }
            else if (item.Items.Exists(static one => one.Kind is ProtoKind.Field or ProtoKind.OneOf))
            {
                Table("| field | number | type | |\n|---|---|---|---|\n", item, one => FieldCells(one, name, one.Label));
            }
            else
            {
                _page.Append("No fields.\n\n");
            }
        }
    }

    private void Table(string head, ProtoItem item, Func<ProtoItem, string> cells)
    {
        _page.Append(head);
        foreach (var one in item.Items.Where(static one => one.Kind is ProtoKind.Field or ProtoKind.Value or ProtoKind.OneOf))
        {
            if (one.Kind == ProtoKind.OneOf)
            {
                foreach (var choice in one.Items)
                {
                    Row(FieldCells(choice, item.Name, $"one of `{one.Name}`:"), choice);
                }
            }
            else
            {
                Row(cells(one), one);
            }
        }

        _page.Append('\n');
    }

    // A comment above one of several speaks of it and of what follows.
    private void Row(string cells, ProtoItem item)
    {
        if (item.Heading.Length > 0)
        {
            _page.Append($"|{new string('|', cells.Count(static c => c == '|') - 1)} {Cell(item.Heading)} |\n");
        }

        _page.Append($"{cells} {Cell(item.Words)} |\n".Replace("  |", " |", StringComparison.Ordinal));
    }

    private string FieldCells(ProtoItem field, string scope, string label) =>
        $"| `{field.Name}` | {field.Number} | {(label.Length > 0 ? $"{label} " : "")}{TypeLink(field.Type, scope)} |";

    private string TypeLink(string type, string scope)
    {
        if (Scalars.Contains(type) || WellKnown.Contains(type))
        {
            return type.Split('.')[^1];
        }

        var name = type.Split('.')[^1];
        return _named.Contains($"{scope}.{name}") ? Link($"{scope}.{name}", name)
            : _named.Contains(name) ? Link(name)
            : throw new FormatException($"{type} is declared nowhere");
    }

    private static string Link(string name, string? text = null) =>
        $"[{text ?? name}](#{name.Replace(".", "", StringComparison.Ordinal).ToLowerInvariant()})";

    private static string Prose(string comment) => comment.Replace("<", "&lt;", StringComparison.Ordinal);

    private static string Cell(string comment) =>
        Prose(comment).Replace("|", "\\|", StringComparison.Ordinal).Replace("\n\n", " ", StringComparison.Ordinal);

    [GeneratedRegex(
        @"\[Method\((?<service>\w+)\.Descriptor\.FullName, nameof\(\w+\.\w+\.(?<method>\w+)\)\)\] = CallerNeed\.(?<need>\w+)",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Need();
}
