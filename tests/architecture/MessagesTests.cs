using System.Text;
using System.Text.RegularExpressions;

namespace SlurmBanking.Architecture.Tests;

/// <summary>
/// Every text that people meet stands in one place of its program, says what happened, to what, and what to do, and is in
/// docs/messages.md (UPDATE=1 writes it).
/// </summary>
public sealed partial class MessagesTests
{
    private const string Page = "docs/messages.md";

    private const int LongestOwn = 250;

    private const string Head = """
        # Messages

        Every text that a user or an administrator can meet, made of the sources (`UPDATE=1 make test-fast` writes this page). Names in
        braces stand for values, in the plugins' lines of daemons' logs `%s` and `%u`. Labels of tables, pages and `--help` are left out.

        Users meet what [the plugins](#plugins) and [the sidecar](#sidecar) refuse behind `sbatch: error: slurm-banking: `, in lines of
        at most 80 characters, and what [sbank](#sbank) says. The rest is for whoever runs the site: lines of logs have their event's
        number, by which they can be looked for.

        """;

    public static TheoryData<string> Programs => [.. MessageSource.Programs.Select(static program => program.Title)];

    [Fact]
    public void The_page_shows_them_all()
    {
        var made = Render();
        if (Environment.GetEnvironmentVariable("UPDATE") == "1")
        {
            File.WriteAllText(Path.Combine(Tree.Root, Page), made);
        }

        Assert.Equal(made, Tree.Read(Page));
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Each_text_passes_the_checklist(string program)
    {
        var messages = Of(program);
        Assert.NotEmpty(messages);
        var faults = messages.SelectMany(static message => Faults(message).Select(fault => $"{message.File}: {message.Name}: {fault}"));
        Assert.True(!faults.Any(), string.Join('\n', faults));
        var twice = messages.Where(static message => message.Event is not null).GroupBy(static message => message.Event);
        Assert.Equal([], twice.Where(static group => group.Count() > 1).Select(group => $"event {group.Key} of {program} is there twice"));
    }

    [Fact]
    public void No_text_is_written_elsewhere()
    {
        string[] parts = ["plugins/", "sidecar/", "bank/", "operator/", "cli/", "spec/BankConfig/"];
        var found =
            from file in Tree.CSharp
            where Array.Exists(parts, part => file.StartsWith(part, StringComparison.Ordinal))
            where !file.Contains("/Messages/", StringComparison.Ordinal)
            from Match match in SaidInPlace().Matches(Tree.Read(file))
            select $"{file}: {match.Value}";
        Assert.True(!found.Any(), string.Join('\n', found));
    }

    private static List<Message> Of(string program) =>
        [.. MessageSource.Programs.Single(one => one.Title == program).Files.SelectMany(MessageSource.Read)];

    private static IEnumerable<string> Faults(Message message)
    {
        var text = message.Text;
        if (text.Any(static c => c is < ' ' or > '~'))
        {
            yield return "holds something else than printable ASCII";
        }

        if (message.OwnLength > LongestOwn)
        {
            yield return $"has {message.OwnLength} characters without its values, of {LongestOwn}";
        }

        var isOurs = message.Group != "ContractAnswers";
        if (isOurs && text.EndsWith('.') && !message.IsPart)
        {
            yield return "ends with a full stop";
        }

        if (isOurs && char.IsUpper(text[0]) && !NameFirst().IsMatch(text))
        {
            yield return "begins with a capital letter, and with no name";
        }

        if (message.Event is null && message.When.Length == 0)
        {
            yield return "does not say when it is said (summary)";
        }

        var isRoutine = message.Level is "Information" or "Debug" or "Trace";
        if (!isRoutine && message.Remedy.Length == 0 && (message.Event is not null || !Advice().IsMatch(text)))
        {
            yield return "does not say what to do: neither itself nor its remarks";
        }

        foreach (var secret in message.Placeholders.Where(static name => Secret().IsMatch(name)))
        {
            yield return $"{{{secret}}} could be a secret";
        }
    }

    private static string Render()
    {
        var page = new StringBuilder(Head);
        foreach (var (title, files) in MessageSource.Programs)
        {
            page.Append($"\n## {title}\n");
            foreach (var group in files.Select(MessageSource.Read).Where(static group => group.Count > 0))
            {
                page.Append($"\n### {title}: {Heading(group[0].Group)}\n\n");
                page.Append(group[0].GroupSummary.Length > 0 ? $"{group[0].GroupSummary}\n\n" : "");
                page.Append(
                    group[0].Event is null
                        ? "| text | when | what to do |\n|---|---|---|\n"
                        : "| event | | text | what to do |\n|---|---|---|---|\n"
                );
                foreach (var message in group.OrderBy(static message => message.Event))
                {
                    var remedy = message.Remedy.Length == 0 && message.Event is null ? "as it says" : message.Remedy;
                    page.Append(
                        message.Event is { } number
                            ? $"| {number} | {message.Level} | {Code(message.Text)} | {Cell(remedy)} |\n"
                            : $"| {Code(message.Text)} | {Cell(message.When)} | {Cell(remedy)} |\n"
                    );
                }
            }
        }

        return page.ToString();
    }

    private static string Heading(string group) =>
        group switch
        {
            "plugins/shim/messages.h" => "lines of slurmctld's, slurmd's and slurmstepd's log",
            "plugins/select/messages.h" => "slurm-banking-select, which puts plugins into a container",
            "Log" => "lines of the log",
            _ => string.Concat(
                group.Select(static (c, i) => i > 0 && char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}")
            ),
        };

    private static string Code(string text) => $"`{Cell(text)}`";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    // "OpenSSL's", "Sidecar.cluster", "JobSubmitPlugins": names, which keep their capitals.
    [GeneratedRegex(
        @"^(Slurm('s)?|BankingConfig|ConfigMaps?|Secrets?|Leases?|[A-Z][A-Za-z]*[.A-Z][A-Za-z._]*('s)?)[ ,:]",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex NameFirst();

    [GeneratedRegex(
        @"\b(must|use|try|ask|see|name|needs|wants|wanted|install|give|goes in|say|make|tell|did you mean|set it|is given in|another|shorter|such as|digits|required|only|says why)\b|from \{|--[a-z]",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Advice();

    [GeneratedRegex("^(token|password|authorization|credentials?)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Secret();

    // What turns somebody away, prints or logs with words of its own: three or more of them in one literal.
    [GeneratedRegex(
        """(new (SbankException|RpcException|Status|ReconciliationException|SlurmCommandException|HttpRequestException|LogLine|LedgerException)|\b(Reject|Refuse|Fail|AddError|screen\.Line|LogWarning|LogError|LogInformation|LogCritical))\((?:[^;"{]|"[^" ]*")*\$?"[^" ]+ [^" ]+ [^"]*"[^;]*;""",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex SaidInPlace();
}
