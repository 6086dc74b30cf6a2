using System.CommandLine;
using System.Net;
using SlurmBanking.Sidecar;
using SlurmBanking.Sidecar.Configuration;
using SlurmBanking.Sidecar.Intake;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.NodeRole;
using SlurmBanking.Sidecar.Reconciliation;

// Verbs: run as a sidecar; check a configuration file, which alone is ever fatal over a bad one; ask the running sidecar to reconcile.
var role = new Option<string>("--role")
{
    Description = "controller: beside slurmctld; node: on a compute or login node",
    DefaultValueFactory = static _ => "controller",
};
role.AcceptOnlyFromAmong("controller", "node");
var config = new Option<string>("--config")
{
    Description = "bank-config.toml (controller)",
    DefaultValueFactory = static _ => "/etc/slurm/bank-config.toml",
};
var state = new Option<string>("--state")
{
    Description = "State directory, for this process alone",
    DefaultValueFactory = static _ => "/var/lib/slurm-banking",
};
var runtime = new Option<string>("--runtime-dir")
{
    Description = "Directory of the sockets",
    DefaultValueFactory = static _ => "/run/slurm-banking",
};
var limit = new Option<int>("--state-limit")
{
    Description = "MiB that the state database may grow to; beyond it only ends of jobs are taken",
    DefaultValueFactory = static _ => 1024,
};
limit.Validators.Add(static result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 1 << 20)
    {
        result.AddError(Failures.StateLimit);
    }
});
var spool = new Option<string>("--spool")
{
    Description = "Directory where plugins leave facts that they could not hand over",
    DefaultValueFactory = static _ => "/var/spool/slurm-banking",
};
var http = new Option<string>("--http")
{
    Description = "ADDRESS:PORT of /metrics, /healthz and /readyz, or none",
    DefaultValueFactory = static _ => "127.0.0.1:9464",
};
var slurmUser = new Option<string?>("--slurm-user") { Description = "SlurmUser, name or uid [default: the sidecar's own user]" };
var listen = new Option<string?>("--listen") { Description = "ADDRESS:PORT of gRPC over TLS, for nodes (controller) [default: none]" };
var tlsCertificate = new Option<string?>("--tls-cert") { Description = "PEM: certificate of --listen, then its issuers (controller)" };
var tlsKey = new Option<string?>("--tls-key") { Description = "PEM: the certificate's private key (controller)" };
var nodeTokens = new Option<string?>("--node-tokens") { Description = "Tokens that may report starts, one per line (controller)" };
var loginTokens = new Option<string?>("--login-tokens") { Description = "Tokens that may ask for a user, one per line (controller)" };
var controller = new Option<string?>("--controller") { Description = "https://HOST:PORT of the controller's sidecar (node)" };
var ca = new Option<string?>("--ca") { Description = "PEM: CAs of the controller's certificate (node) [default: the system's]" };
var token = new Option<string?>("--token") { Description = "File with a token that may report starts (node)" };
var loginToken = new Option<string?>("--login-token")
{
    Description = "File with a token that may ask for users (login node) [default: none]",
};

var root = new RootCommand("Prices, holds, charges and settles the jobs of a Slurm cluster against its bank.")
{
    role,
    config,
    state,
    limit,
    runtime,
    spool,
    http,
    slurmUser,
    listen,
    tlsCertificate,
    tlsKey,
    nodeTokens,
    loginTokens,
    controller,
    ca,
    token,
    loginToken,
};
root.SetAction(
    (result, cancellation) =>
    {
        if (OpenSsl.Problem is { } problem)
        {
            return Task.FromResult(SidecarApplication.Fail(problem));
        }

        string? FullPath(Option<string?> option) => result.GetValue(option) is { } path ? Path.GetFullPath(path) : null;
        var paths = new SidecarPaths(
            Path.GetFullPath(result.GetValue(config)!),
            Path.GetFullPath(result.GetValue(state)!),
            Path.GetFullPath(result.GetValue(runtime)!),
            Path.GetFullPath(result.GetValue(spool)!)
        )
        {
            StateLimitBytes = (long)result.GetValue(limit) << 20,
        };
        if (result.GetValue(role) == "node")
        {
            if (!Uri.TryCreate(result.GetValue(controller), UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps)
            {
                return Task.FromResult(SidecarApplication.Fail(Failures.ControllerWanted));
            }

            return FullPath(token) is { } tokenFile
                ? NodeHost.RunAsync(
                    paths,
                    new NodeOptions(address, FullPath(ca), tokenFile, FullPath(loginToken)),
                    result.GetValue(http)!,
                    result.GetValue(slurmUser),
                    cancellation
                )
                : Task.FromResult(SidecarApplication.Fail(Failures.TokenWanted));
        }

        RemotePort? remote = null;
        if (result.GetValue(listen) is { } listening)
        {
            if (!IPEndPoint.TryParse(listening, out var endpoint) || endpoint.Port == 0)
            {
                return Task.FromResult(SidecarApplication.Fail(Failures.ListenForm(listening)));
            }

            if (FullPath(tlsCertificate) is not { } certificateFile || FullPath(tlsKey) is not { } keyFile)
            {
                return Task.FromResult(SidecarApplication.Fail(Failures.ListenNeedsTls));
            }

            remote = new RemotePort(endpoint, certificateFile, keyFile, FullPath(nodeTokens), FullPath(loginTokens));
        }

        return SidecarHost.RunAsync(paths, remote, result.GetValue(http)!, result.GetValue(slurmUser), cancellation);
    }
);

var file = new Argument<string>("FILE") { Description = "bank-config.toml" };
var check = new Command("check-config", "Prints the effective configuration as JSON, the token masked; exit 1 on a bad file.") { file };
check.SetAction(result => ConfigurationCheck.Run(result.GetValue(file)!, Console.Out, Console.Error));
root.Subcommands.Add(check);

return await root.Parse(args).InvokeAsync();
