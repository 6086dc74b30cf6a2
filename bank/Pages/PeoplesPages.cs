using SlurmBanking.Bank.Api;
using SlurmBanking.Bank.Storage;

namespace SlurmBanking.Bank.Pages;

/// <summary>
/// The bank for people: accounts at /, everything else below /pages/, beside the contract and /v1/, which it leaves as they are. Plain
/// HTML from the server, without a script; whatever needs one is not here.
/// </summary>
internal static class PeoplesPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var store = routes.ServiceProvider.GetRequiredService<IBankStore>();
        var time = routes.ServiceProvider.GetRequiredService<TimeProvider>();
        var gate = new PageGate(store, routes.ServiceProvider.GetRequiredService<FailedTries>(), time);
        PageFiles.Map(routes);
        SignInPages.Map(routes);
        gate.Map(routes, Links.Accounts, new AccountsPage(store, time).Show);
        gate.Map(routes, Links.OneAccount, new AccountPage(store, time).Show);
        gate.Map(routes, Links.Statement, new StatementDownload(store).Send);
        gate.Map(routes, Links.Job, new JobPage(store).Show);
    }
}
