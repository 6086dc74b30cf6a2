using System.CommandLine;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Teller;

namespace SlurmBanking.Bank.Commands;

/// <summary>bank account and its commands; those for windows are in <see cref="WindowCommands"/>.</summary>
internal static class AccountCommand
{
    public static Command Create(TimeProvider time) =>
        new("account", "Opens, changes and renews accounts and admits their members")
        {
            CreateOne(time),
            WindowCommands.Change(time),
            WindowCommands.Renew(time),
            Member(),
            RemoveMember(time),
            Changes(),
        };

    private static Command CreateOne(TimeProvider time)
    {
        var name = Arguments.Account();
        var limit = Arguments.Amount("--limit", "The most that deposits can make the allocation; without it their sum counts");
        var credit = Arguments.Amount("--credit", "How far below zero the account may go; without it not at all");
        var start = Arguments.Date("--start", "First day of the allocation; without it there is no first", isEnd: false);
        var end = Arguments.Date("--end", "Last day of the allocation; without it there is no last", isEnd: true);
        var exempt = new Option<bool>("--exempt") { Description = "Bill its jobs but never refuse one (condo, departmental, recharge)" };
        var command = new Command("create", "Opens an account") { name, limit, credit, start, end, exempt };
        command.SetAction(
            async (parsed, _) =>
            {
                var allocation = new Allocation(
                    parsed.GetValue(limit),
                    parsed.GetValue(start),
                    parsed.GetValue(end),
                    parsed.GetValue(exempt),
                    parsed.GetValue(credit).GetValueOrDefault()
                );
                var account = new Account(parsed.GetRequiredValue(name), allocation);
                using var store = DatabaseOption.Open(parsed, mayCreate: true);
                await store.Write(books =>
                {
                    AccountTeller.Open(books, account, time.GetUtcNow());
                    return true;
                });
                var capped = allocation.Limit is { } max ? $", {max} SU at most" : "";
                await parsed.InvocationConfiguration.Output.WriteLineAsync(
                    allocation.IsExempt
                        ? $"opened account {account.Name}, exempt"
                        : $"opened account {account.Name}: its allocation is the sum of its deposits{capped}"
                );
                return 0;
            }
        );
        return command;
    }

    private static Command Member()
    {
        var name = Arguments.Account();
        var uid = Arguments.Uid();
        var cap = Arguments.Amount("--cap", "The most that the user's jobs may use; without it the account alone limits");
        var command = new Command("member", "Makes a user a member of an account, or changes the cap of one") { name, uid, cap };
        command.SetAction(
            async (parsed, _) =>
            {
                var member = new Member(parsed.GetRequiredValue(name), parsed.GetRequiredValue(uid), parsed.GetValue(cap));
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                await store.Write(books =>
                {
                    AccountTeller.Admit(books, member);
                    return true;
                });
                var capped = member.Cap is { } most ? $", {most} SU at most" : "";
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"user {member.Uid} is a member of {member.Account}{capped}");
                return 0;
            }
        );
        return command;
    }

    private static Command RemoveMember(TimeProvider time)
    {
        var name = Arguments.Account();
        var uid = Arguments.Uid();
        var reason = Arguments.Reason(isRequired: true, "Why; bank account changes shows it");
        var command = new Command("remove-member", "Ends a membership: the user submits no more, what was charged stays")
        {
            name,
            uid,
            reason,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var (account, user) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(uid));
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                await store.Write(books =>
                {
                    AccountTeller.Dismiss(books, account, user, CommandLineActor.Name, parsed.GetRequiredValue(reason)!, time.GetUtcNow());
                    return true;
                });
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"user {user} is no member of {account} any more");
                return 0;
            }
        );
        return command;
    }

    private static Command Changes()
    {
        const int Most = 1000;
        var name = Arguments.Account();
        var command = new Command("changes", $"Shows who changed an account and why, the last {Most} changes, last first") { name };
        command.SetAction(
            async (parsed, _) =>
            {
                using var store = DatabaseOption.Open(parsed, mayCreate: false);
                var (_, changes) = await store.Read(books =>
                    books.ListChanges(AccountTeller.Find(books, parsed.GetRequiredValue(name)).Name, 0, Most)
                );
                foreach (var (at, what, actor, reason) in changes)
                {
                    await parsed.InvocationConfiguration.Output.WriteLineAsync(
                        $"{StatementFormats.Time(at)}  {what}  by {actor}: {reason}"
                    );
                }

                return 0;
            }
        );
        return command;
    }
}
