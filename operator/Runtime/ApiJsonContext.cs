using System.Text.Json.Serialization;
using k8s.Models;
using SlurmBanking.Operator.Api;
using SlurmBanking.Operator.Credentials;
using SlurmBanking.Operator.Webhooks;

namespace SlurmBanking.Operator.Runtime;

/// <summary>The types that are read and written as JSON, compiled ahead of time.</summary>
[JsonSerializable(typeof(BankingConfig))]
[JsonSerializable(typeof(V1ObjectMeta))]
[JsonSerializable(typeof(CredentialState))]
[JsonSerializable(typeof(WebhookCredentials))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
