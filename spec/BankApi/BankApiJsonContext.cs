using System.Text.Json.Serialization;

namespace SlurmBanking.BankApi;

/// <summary>Reads and writes the contract's types without reflection. Nulls are left out when writing.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(IReadOnlyList<JobNode>))]
[JsonSerializable(typeof(JobPage))]
[JsonSerializable(typeof(PartitionPage))]
[JsonSerializable(typeof(UserPage))]
[JsonSerializable(typeof(SubmitAnswer))]
[JsonSerializable(typeof(Credentials))]
[JsonSerializable(typeof(Token))]
[JsonSerializable(typeof(AccountBalance))]
[JsonSerializable(typeof(LeaseRenewal))]
[JsonSerializable(typeof(LeaseAnswer))]
[JsonSerializable(typeof(ClusterDirectory))]
public sealed partial class BankApiJsonContext : JsonSerializerContext;
