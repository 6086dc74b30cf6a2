namespace SlurmBanking.Plugins.Tests.Native;

internal sealed record NativeAnswer(bool Refused, string? Message, string? AdminComment, string? Log);
