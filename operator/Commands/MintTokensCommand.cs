using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Exceptions;
using SlurmBanking.Operator.Messages;
using SlurmBanking.Operator.Runtime;

namespace SlurmBanking.Operator.Commands;

/// <summary>
/// operator mint-tokens: sees to it that Secrets with tokens of the bank are there, and hands their keys to the bank as files. A
/// Secret that is there is never changed: so its token outlasts upgrades, whoever renders the manifests, and no manifest holds it.
/// </summary>
internal static class MintTokensCommand
{
    /// <summary>The key in each Secret.</summary>
    private const string Key = "token";

    private const int TokenBytes = 32;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static Command Create()
    {
        var secrets = new Option<string[]>("--secret")
        {
            Description = "NAMESPACE/NAME, one in a namespace; may be given several times",
            Required = true,
        };
        secrets.Validators.Add(static result =>
        {
            foreach (var token in result.Tokens.Where(static token => token.Value.Split('/') is not [{ Length: > 0 }, { Length: > 0 }]))
            {
                result.AddError(CommandLine.BadSecret(token.Value));
            }
        });
        var directory = new Option<string>("--to")
        {
            Description = "Directory of the files, each named for its namespace",
            Required = true,
        };
        var command = new Command("mint-tokens", "Makes the Secrets with the bank's tokens that are not there yet.") { secrets, directory };
        command.SetAction(
            (parsed, cancellation) => MintAsync(parsed.GetRequiredValue(secrets), parsed.GetRequiredValue(directory), cancellation)
        );
        return command;
    }

    private static async Task<int> MintAsync(string[] secrets, string directory, CancellationToken cancellation)
    {
        try
        {
            using var api = new ApiServer(KubernetesClientConfiguration.BuildDefaultConfig(), TimeProvider.System);
            foreach (var secret in secrets)
            {
                var key = new ObjectKey(secret.Split('/')[0], secret.Split('/')[1]);
                var (token, isNew) = await FindOrMintAsync(api, key, cancellation);
                if (token.Length == 0)
                {
                    return await FailAsync(CommandLine.NoToken(secret, Key));
                }

                await WriteAsync(Path.Combine(directory, key.Namespace), token, cancellation);
                await Console.Out.WriteLineAsync(isNew ? CommandLine.SecretMade(secret) : CommandLine.SecretKept(secret));
            }

            return 0;
        }
        catch (Exception e)
            when (e
                    is ApiException
                        or KubeConfigException
                        or HttpRequestException
                        or TimeoutException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            return await FailAsync(CommandLine.NotMinted(e.GetBaseException().Message));
        }
    }

    private static async Task<(string Token, bool IsNew)> FindOrMintAsync(ApiServer api, ObjectKey key, CancellationToken cancellation)
    {
        if (await FindAsync(api, key, cancellation) is { } found)
        {
            return (found, false);
        }

        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        try
        {
            await api.CreateAsync(Resource.Secrets, key.Namespace, Body(key, token), cancellation);
            return (token, true);
        }
        catch (ApiException e) when (e.Reason == "AlreadyExists")
        {
            // Somebody else's, of this moment.
            return (await FindAsync(api, key, cancellation) ?? "", false);
        }
    }

    /// <returns>"" for a Secret without a token; null when there is no Secret.</returns>
    private static async Task<string?> FindAsync(ApiServer api, ObjectKey key, CancellationToken cancellation) =>
        await api.GetAsync(Resource.Secrets, key, cancellation) is not { } found ? null
        : found.Parse().TryGetProperty("data", out var data) && StoredObject.Text(data, Key) is { } encoded
            ? Encoding.UTF8.GetString(Convert.FromBase64String(encoded)).Trim()
        : "";

    // Not the label by which the operator knows what it renders.
    private static JsonObject Body(ObjectKey key, string token) =>
        new()
        {
            ["apiVersion"] = Resource.Secrets.ApiVersion,
            ["kind"] = Resource.Secrets.Kind,
            ["type"] = "Opaque",
            ["metadata"] = new JsonObject
            {
                ["name"] = key.Name,
                ["namespace"] = key.Namespace,
                ["labels"] = new JsonObject
                {
                    ["app.kubernetes.io/name"] = "slurm-banking-bank",
                    ["app.kubernetes.io/part-of"] = "slurm-banking",
                },
            },
            ["data"] = new JsonObject { [Key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(token)) },
        };

    private static async Task WriteAsync(string file, string token, CancellationToken cancellation)
    {
        // One of an earlier attempt keeps its mode: it goes first.
        File.Delete(file);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = Private,
        };
        await using var stream = new FileStream(file, options);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(token + "\n"), cancellation);
    }

    private static async Task<int> FailAsync(string problem)
    {
        await Console.Error.WriteLineAsync(CommandLine.Failed(problem));
        return 1;
    }
}
