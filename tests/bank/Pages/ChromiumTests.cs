using System.Text.Json;
using PuppeteerSharp;
using PuppeteerSharp.Media;

namespace SlurmBanking.Bank.Tests.Pages;

/// <summary>
/// The pages in a real browser without JavaScript: by keyboard alone, in light and dark, wide and narrow, and as a screen reader gets them.
/// </summary>
public sealed class ChromiumTests(ChromiumBank chromium) : IClassFixture<ChromiumBank>
{
    private const int MostTabs = 60;

    [Fact]
    public async Task All_is_done_by_keyboard_alone_and_nothing_is_refused_or_missing()
    {
        await using var tab = await chromium.OpenTab();
        var faults = Listen(tab);
        await tab.GoToAsync(chromium.Bank.Address.AbsoluteUri);
        Assert.Equal("Sign in – bank", await tab.GetTitleAsync());
        await TabTo(tab, "#token");
        await tab.Keyboard.TypeAsync(chromium.Bank.Reader);
        await Enter(tab);
        Assert.Equal("Accounts – bank", await tab.GetTitleAsync());

        await TabTo(tab, "#search");
        await tab.Keyboard.TypeAsync("PHYS");
        await Enter(tab);
        Assert.EndsWith("/?search=PHYS", tab.Url, StringComparison.Ordinal);
        await TabTo(tab, "tbody a");
        await Enter(tab);
        Assert.Equal("Account physics – bank", await tab.GetTitleAsync());

        // The first stop leads past the head of the page.
        await tab.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the content", await Focused(tab));
        await tab.Keyboard.PressAsync("Enter");
        Assert.EndsWith("#main", tab.Url, StringComparison.Ordinal);

        await TabTo(tab, "summary");
        await tab.Keyboard.PressAsync("Enter");
        Assert.True(await tab.EvaluateExpressionAsync<bool>("document.querySelector('details').open"));

        var files = Directory.CreateTempSubdirectory("bank-download-");
        try
        {
            await tab.Client.SendAsync("Page.setDownloadBehavior", new { behavior = "allow", downloadPath = files.FullName });
            await TabTo(tab, "a[download]");
            await tab.Keyboard.PressAsync("Enter");
            var csv = await Downloaded(files, "statement-physics.csv");
            Assert.StartsWith("time,code,job,user,amount,balance,actor,reason\n", csv, StringComparison.Ordinal);
            Assert.Contains(",deposit,,,1000.00,1000.00,ann,grant 7\n", csv, StringComparison.Ordinal);
            await TabTo(tab, "form.period button[value=json]");
            await tab.Keyboard.PressAsync("Enter");
            Assert.Equal(
                "1000.00",
                JsonDocument.Parse(await Downloaded(files, "statement-physics.json")).RootElement[0].GetProperty("amount").GetString()
            );
        }
        finally
        {
            files.Delete(recursive: true);
        }

        await TabTo(tab, "section[aria-labelledby=jobs] tbody a");
        await Enter(tab);
        Assert.StartsWith("Job 47", await tab.GetTitleAsync(), StringComparison.Ordinal);
        await TabTo(tab, "form.who button");
        await Enter(tab);
        Assert.EndsWith("/pages/sign-in", tab.Url, StringComparison.Ordinal);
        await tab.GoToAsync(chromium.Bank.Address.AbsoluteUri);
        Assert.Equal("Sign in – bank", await tab.GetTitleAsync());
        Assert.Equal([], faults);

        // Had something been refused, it would have been heard.
        await tab.EvaluateExpressionAsync("document.head.appendChild(document.createElement('style')).textContent = 'p{color:red}'");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.Contains(faults, static fault => fault.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("light", 1280)]
    [InlineData("dark", 1280)]
    [InlineData("light", 320)]
    [InlineData("dark", 320)]
    public async Task Everything_fits_and_has_contrast_enough(string scheme, int width)
    {
        await using var tab = await chromium.OpenTab();
        await tab.SetViewportAsync(new ViewPortOptions { Width = width, Height = 900 });
        await tab.EmulateMediaFeaturesAsync([new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = scheme }]);
        await tab.GoToAsync(chromium.Bank.Address.AbsoluteUri);
        await Look(tab, $"sign-in-{scheme}-{width}");
        await SignIn(tab);
        await Look(tab, $"accounts-{scheme}-{width}");
        await tab.GoToAsync($"{chromium.Bank.Address}pages/accounts/{ChromiumBank.Account}");
        await Look(tab, $"account-{scheme}-{width}");
        await tab.GoToAsync($"{chromium.Bank.Address}pages/job?id=4701");
        await Look(tab, $"job-{scheme}-{width}");
        await tab.GoToAsync($"{chromium.Bank.Address}pages/accounts/none");
        await Look(tab, $"refusal-{scheme}-{width}");
    }

    [Fact]
    public async Task A_screen_reader_gets_landmarks_headings_tables_and_names_for_all()
    {
        await using var tab = await chromium.OpenTab();
        await tab.GoToAsync(chromium.Bank.Address.AbsoluteUri);
        var signIn = await AccessibilityTree.Of(tab);
        signIn.IsWellFormed();
        Assert.Equal("Token", Assert.Single(signIn.Named("textbox")));
        await SignIn(tab);
        var accounts = await AccessibilityTree.Of(tab);
        accounts.IsWellFormed();
        Assert.Equal("Part of a name", Assert.Single(accounts.Named("searchbox")));
        Assert.Equal(["Account", "Available", "Used", "Allocation", "Used part", "State"], accounts.Named("columnheader"));
        Assert.Equal(["condo", "empty", "physics"], accounts.Named("rowheader"));
        await tab.GoToAsync($"{chromium.Bank.Address}pages/accounts/{ChromiumBank.Account}");
        var account = await AccessibilityTree.Of(tab);
        account.IsWellFormed();
        Assert.Equal(
            ["Account physics", "Balance over time", "Held by clusters", "Not settled yet", "Last jobs", "Members", "Statement", "Changes"],
            account.Named("heading")
        );
        Assert.Contains(account.Named("image"), static name => name.StartsWith("Balance from ", StringComparison.Ordinal));
        Assert.Contains("Members, what their jobs are charged in this window, and what they may use", account.Named("table"));
        await tab.GoToAsync($"{chromium.Bank.Address}pages/job?id=4701");
        (await AccessibilityTree.Of(tab)).IsWellFormed();
    }

    private static List<string> Listen(IPage tab)
    {
        var faults = new List<string>();
        tab.Console += (_, said) => faults.Add($"{said.Message.Type}: {said.Message.Text}");
        tab.PageError += (_, error) => faults.Add(error.Message);
        tab.RequestFailed += (_, failed) =>
        {
            // A download is no page: the browser calls its navigation aborted.
            if (!failed.Request.Url.Contains("/statement?", StringComparison.Ordinal))
            {
                faults.Add($"{failed.Request.Url}: {failed.Request.FailureText}");
            }
        };
        tab.Response += (_, got) =>
        {
            if ((int)got.Response.Status >= 400)
            {
                faults.Add($"{got.Response.Url}: {got.Response.Status}");
            }
        };
        return faults;
    }

    private async Task SignIn(IPage tab)
    {
        await tab.TypeAsync("#token", chromium.Bank.Reader);
        await Enter(tab);
    }

    private static async Task Enter(IPage tab)
    {
        var arrived = tab.WaitForNavigationAsync();
        await tab.Keyboard.PressAsync("Enter");
        await arrived;
    }

    private static async Task TabTo(IPage tab, string selector)
    {
        for (var i = 0; i < MostTabs; i++)
        {
            await tab.Keyboard.PressAsync("Tab");
            if (await tab.EvaluateFunctionAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                // What is focused shows it.
                Assert.NotEqual("none", await tab.EvaluateExpressionAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
                return;
            }
        }

        Assert.Fail($"{selector} is not reached by Tab");
    }

    private static Task<string> Focused(IPage tab) => tab.EvaluateExpressionAsync<string>("document.activeElement.textContent");

    private static async Task<string> Downloaded(DirectoryInfo files, string name)
    {
        var path = Path.Combine(files.FullName, name);
        for (var tries = 0; tries < 100; tries++)
        {
            if (File.Exists(path))
            {
                return await File.ReadAllTextAsync(path);
            }

            await Task.Delay(100);
        }

        throw new FileNotFoundException($"not downloaded: {string.Join(", ", files.GetFiles().Select(static file => file.Name))}", path);
    }

    private static async Task Look(IPage tab, string name)
    {
        await tab.ScreenshotAsync(Path.Combine(ChromiumBank.Pictures, $"{name}.png"), new ScreenshotOptions { FullPage = true });
        Assert.True(
            await tab.EvaluateExpressionAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
            $"{name} is wider than the window"
        );
        var faint = await tab.EvaluateExpressionAsync<string[]>(TooFaint);
        Assert.Equal([], faint);
    }

    // WCAG 2.2, 1.4.3: the contrast of every text with what is behind it, 4.5 : 1 at least; text in drawings by its fill.
    private const string TooFaint = """
        (() => {
          const channels = text => text.match(/[\d.]+/g).map(Number);
          const light = rgb => {
            const [r, g, b] = rgb.slice(0, 3).map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const ground = element => {
            for (let at = element; at; at = at.parentElement) {
              const color = channels(getComputedStyle(at).backgroundColor);
              if (color.length === 3 || color[3] === 1) return color;
            }
            return [255, 255, 255];
          };
          const found = [];
          let seen = 0;
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            const parent = texts.currentNode.parentElement;
            if (!texts.currentNode.data.trim() || !parent.checkVisibility() || parent.closest('title, desc')) continue;
            seen++;
            const style = getComputedStyle(parent);
            const [one, other] = [light(channels(parent.closest('svg') ? style.fill : style.color)), light(ground(parent))];
            const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
            if (ratio < 4.5) found.push(`${texts.currentNode.data.trim()}: ${ratio.toFixed(2)}`);
          }
          return seen > 0 ? found : ['no text at all'];
        })()
        """;
}
