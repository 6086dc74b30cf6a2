using System.Diagnostics;
using System.Text.Json;
using SlurmBanking.Bank.Ledger;
using SlurmBanking.Bank.Teller;
using SlurmBanking.Bank.Tests.Storage;

namespace SlurmBanking.Bank.Tests.Contract;

/// <summary>The contract's own program (tests/contract), let loose on this bank with all that it can be given, and with little.</summary>
public abstract class ContractTests<TDatabase>(BankOn<TDatabase> bank) : IClassFixture<BankOn<TDatabase>>
    where TDatabase : TestDatabase, new()
{
    private static readonly string Program = Path.Combine(
        AppContext.BaseDirectory,
        "..",
        "..",
        "SlurmBanking.Contract.Tests",
        "release",
        "SlurmBanking.Contract.Tests"
    );

    [Fact]
    public async Task This_bank_keeps_the_whole_contract()
    {
        var (exitCode, output, _) = await Ask(await Prepare(), bank.Staff, isAllGiven: true);
        Assert.True(exitCode == 0, output);
        Assert.Matches(@"\n[0-9]{2,} passed, 0 failed, 0 not asked\n\z", output);
        Assert.DoesNotContain(bank.Staff, output, StringComparison.Ordinal);
        var (verified, _, error) = await BankProcess.Run("verify", "--database", bank.Database.Address);
        Assert.Equal((0, ""), (verified, error));
    }

    [Fact]
    public async Task What_was_not_prepared_is_not_asked_and_named()
    {
        var account = await bank.Account();
        var (exitCode, output, _) = await Ask(new { account = new { name = account, uid = "1000" } }, bank.Staff, isAllGiven: false);
        Assert.True(exitCode == 0, output);
        Assert.Matches(@"\n[0-9]+ passed, 0 failed, [0-9]+ not asked\n\z", output);
        foreach (
            var reason in new[] { "capped, with its cap", "dated, with its start", "expired", "exempt", "other", "leased", "strangerUid" }
        )
        {
            Assert.Matches($@"(?m)^not asked .*\n +.*not described: {reason}$", output);
        }

        Assert.Matches(@"(?m)^not asked .*\n +.*not given: BANK_READER_TOKEN, the token of one who may not write$", output);
    }

    [Fact]
    public async Task A_bank_that_answers_otherwise_fails()
    {
        var account = new { name = await bank.Account(), uid = "1000" };

        // Whoever guesses is held back: in a process of its own nobody else is.
        using var guessedAt = await BankProcess.Serve(bank.Database.Address);

        // A token that may not write stands for a bank that takes no record; one that is none, for a bank that answers nothing.
        foreach (var token in new[] { bank.Reader, "canary-0123456789" })
        {
            var (exitCode, output, _) = await Ask(new { account }, token, isAllGiven: false, guessedAt.Address);
            Assert.Equal(1, exitCode);
            Assert.Contains("\nfailed     Charge          A charge may overdraw\n", output, StringComparison.Ordinal);
            Assert.DoesNotContain(token, output, StringComparison.Ordinal);
        }
    }

    private async Task<object> Prepare()
    {
        var account = await bank.Account(deposit: 1000);
        var other = await bank.Account();
        using (var store = bank.Database.Open())
        {
            await store.Write(books =>
            {
                AccountTeller.Admit(books, new Member(AccountTeller.Find(books, other).Name, "2000", null));
                return true;
            });
        }

        return new
        {
            account = new
            {
                name = account,
                uid = "1000",
                allocation = 1000,
            },
            other = new { name = other, uid = "1000" },
            capped = new
            {
                name = await bank.Account(cap: 60),
                uid = "1000",
                cap = 60,
            },
            dated = new
            {
                name = await bank.Account(start: "2026-01-01", end: "2998-01-01"),
                uid = "1000",
                start = "2026-01-01T00:00:00Z",
                end = "2998-01-01T00:00:00Z",
            },
            expired = new { name = await bank.Account(deposit: 0, start: "2020-01-01", end: "2020-12-31"), uid = "1000" },
            exempt = new { name = await bank.Account(deposit: 0, isExempt: true), uid = "1000" },
            leased = new { name = await bank.Account(), uid = "1000" },
            strangerUid = "2000",
        };
    }

    private async Task<(int ExitCode, string Output, string Error)> Ask(object prepared, string token, bool isAllGiven, Uri? at = null)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(prepared), TestContext.Current.CancellationToken);
            var start = new ProcessStartInfo(Program, ["ask", (at ?? bank.Address).AbsoluteUri, file])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["BANK_TOKEN"] = token;
            if (isAllGiven)
            {
                start.Environment["BANK_READER_TOKEN"] = bank.Reader;
                start.Environment["BANK_EXPIRED_TOKEN"] = bank.Expired;
                start.Environment["BANK_USERNAME"] = "staff";
                start.Environment["BANK_PASSWORD"] = bank.Staff;
            }

            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, output, await error);
        }
        finally
        {
            File.Delete(file);
        }
    }
}

public sealed class SqliteContractTests(BankOn<SqliteTestDatabase> bank) : ContractTests<SqliteTestDatabase>(bank);

public sealed class PostgresContractTests(BankOn<PostgresTestDatabase> bank) : ContractTests<PostgresTestDatabase>(bank);
