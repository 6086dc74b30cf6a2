using System.Reflection;

namespace SlurmBanking.Hooks;

/// <summary>Which build this is, as said in Hello.</summary>
internal static class Build
{
    public static readonly string Version = typeof(Build).Assembly.GetName().Version?.ToString(3) ?? "";
}
