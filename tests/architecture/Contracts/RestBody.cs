using System.Text.Json.Nodes;

namespace SlurmBanking.Architecture.Tests.Contracts;

/// <summary>A body of a request or an answer.</summary>
/// <param name="Media">Its media types.</param>
/// <param name="Schema">Of what it holds.</param>
internal sealed record RestBody(IReadOnlyList<string> Media, JsonObject Schema);
