using System.CommandLine;
using SlurmBanking.Bank.Messages;
using SlurmBanking.Bank.Storage;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Commands;

/// <summary>bank token create, import, revoke, list.</summary>
internal static class TokenCommand
{
    private const long MaxKeyBytes = 4096;

    public static Command Create(TimeProvider time) =>
        new("token", "Makes the tokens that clients carry") { CreateOne(time), Import(time), Revoke(), List() };

    private static Command CreateOne(TimeProvider time)
    {
        var name = Arguments.TokenName();
        var (staff, scope) = (Staff(), Scope());
        var expires = Arguments.Date("--expires", "Last day on which it is good; without it there is none", isEnd: true);
        var create = new Command("create", "Makes a token and prints it, this once") { name, staff, scope, expires };
        create.SetAction(
            async (parsed, _) =>
            {
                var token = parsed.GetRequiredValue(name);
                using var store = DatabaseOption.Open(parsed, mayCreate: true);
                var key = await store.Write(books =>
                    TokenTeller.Create(books, token, Asked(parsed, staff, scope), parsed.GetValue(expires), time.GetUtcNow())
                );
                await parsed.InvocationConfiguration.Output.WriteLineAsync(key);
                return 0;
            }
        );
        return create;
    }

    private static Command Import(TimeProvider time)
    {
        var directory = new Argument<DirectoryInfo>("DIRECTORY") { Description = "Holds a file for each token, of its name, with its key" };
        var (staff, scope) = (Staff(), Scope());
        var import = new Command("import", "Takes tokens whose keys were made elsewhere, in the place of those of the same names")
        {
            directory,
            staff,
            scope,
        };
        import.SetAction(
            async (parsed, _) =>
            {
                var keys = Read(parsed.GetRequiredValue(directory));
                using var store = DatabaseOption.Open(parsed, mayCreate: true);
                foreach (var (name, key) in keys)
                {
                    var isNew = await store.Write(books =>
                        TokenTeller.Admit(books, name, key, Asked(parsed, staff, scope), time.GetUtcNow())
                    );
                    await parsed.InvocationConfiguration.Output.WriteLineAsync($"token {name}: {(isNew ? "taken" : "as it was")}");
                }

                return 0;
            }
        );
        return import;
    }

    private static Command Revoke()
    {
        var name = Arguments.TokenName();
        var revoke = new Command("revoke", "Forgets a token: it is refused from now on") { name };
        revoke.SetAction(
            async (parsed, _) =>
            {
                var token = parsed.GetRequiredValue(name);
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                await store.Write(books =>
                {
                    TokenTeller.Revoke(books, token);
                    return true;
                });
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"token {token} is refused from now on");
                return 0;
            }
        );
        return revoke;
    }

    private static Command List()
    {
        var list = new Command("list", "Shows the tokens' names, scopes and ends; their keys are kept nowhere");
        list.SetAction(
            async (parsed, _) =>
            {
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                var (_, tokens) = await store.Read(static books => books.ListTokens(0, int.MaxValue));
                foreach (var token in tokens)
                {
                    var end = token.Expires is { } expires ? StatementFormats.Time(expires) : "-";
                    parsed.InvocationConfiguration.Output.WriteLine($"{token.Name}  {token.Scope.ToString().ToLowerInvariant()}  {end}");
                }

                return 0;
            }
        );
        return list;
    }

    private static Option<bool> Staff() => new("--staff") { Description = "The same as --scope staff" };

    private static Option<TokenScope> Scope() =>
        new("--scope")
        {
            Description = "read: ask; staff: write job records, too; admin: open accounts, move funds and make tokens, too",
            HelpName = "SCOPE",
            DefaultValueFactory = static _ => TokenScope.Read,
            CustomParser = static result =>
            {
                switch (result.Tokens[0].Value)
                {
                    case "read":
                        return TokenScope.Read;
                    case "staff":
                        return TokenScope.Staff;
                    case "admin":
                        return TokenScope.Admin;
                    case var other:
                        result.AddError(CommandLine.BadScope(other));
                        return default;
                }
            },
        };

    private static TokenScope Asked(ParseResult parsed, Option<bool> staff, Option<TokenScope> scope) =>
        parsed.GetValue(staff) && parsed.GetValue(scope) < TokenScope.Staff ? TokenScope.Staff : parsed.GetValue(scope);

    // What begins with a dot is a volume's own.
    private static List<(string Name, string Key)> Read(DirectoryInfo directory)
    {
        try
        {
            return
            [
                .. directory
                    .EnumerateFiles()
                    .Where(static file => file.Name[0] != '.')
                    .OrderBy(static file => file.Name, StringComparer.Ordinal)
                    .Select(static file =>
                        file.Length <= MaxKeyBytes
                            ? (file.Name, File.ReadAllText(file.FullName).Trim())
                            : throw new TellerException(CommandLine.LargeKey(file.FullName, file.Length, MaxKeyBytes))
                    ),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TellerException(CommandLine.KeysUnreadable(exception.Message));
        }
    }
}
