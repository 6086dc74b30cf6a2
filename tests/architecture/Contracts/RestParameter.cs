using System.Text.Json.Nodes;

namespace SlurmBanking.Architecture.Tests.Contracts;

/// <summary>A parameter of an operation.</summary>
/// <param name="Name">As it is sent.</param>
/// <param name="Place">"path", "query" or "header".</param>
/// <param name="IsRequired">It has to be there.</param>
/// <param name="Schema">Of its value.</param>
/// <param name="Words">What it is.</param>
internal sealed record RestParameter(string Name, string Place, bool IsRequired, JsonObject Schema, string Words);
