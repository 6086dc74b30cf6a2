namespace SlurmBanking.Operator.Messages;

/// <summary>What is said of the API server where it has no words of its own.</summary>
internal static class ApiTroubles
{
    /// <summary>A question took too long.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string NoAnswer(double seconds) => $"the API server did not answer within {seconds:0} s";

    /// <summary>A refusal without a message.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string Answered(int code) => $"the API server answered {code}";

    /// <summary>A watch gave nothing for longer than it was to last.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string WatchDead(string resource, double seconds) =>
        $"nothing came for {seconds:0} s, not even the end of the watch of {resource}";

    /// <summary>The webhook's registration is not in the cluster.</summary>
    /// <remarks>Part of other messages.</remarks>
    public static string NoRegistration(string kind, string name) => $"there is no {kind} {name}";
}
