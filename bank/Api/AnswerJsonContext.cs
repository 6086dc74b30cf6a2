using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SlurmBanking.BankApi;

namespace SlurmBanking.Bank.Api;

/// <summary>Writes answers. Unlike a client the bank writes nulls: the whole record is shown.</summary>
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(JobPage))]
[JsonSerializable(typeof(PartitionPage))]
[JsonSerializable(typeof(UserPage))]
[JsonSerializable(typeof(SubmitAnswer))]
[JsonSerializable(typeof(Token))]
[JsonSerializable(typeof(AccountBalance))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class AnswerJsonContext : JsonSerializerContext;
