namespace SlurmBanking.Sidecar.Intake;

/// <summary>Which token opens what.</summary>
internal sealed class AccessTokens(TokenList nodes, TokenList logins)
{
    /// <returns><see cref="CallerScope.None"/> for a token that is not known; of two scopes, the narrower.</returns>
    public CallerScope ScopeOf(string token)
    {
        var (isNode, isLogin) = (nodes.Contains(token), logins.Contains(token));
        return isNode ? CallerScope.Node
            : isLogin ? CallerScope.Login
            : CallerScope.None;
    }

    /// <summary>Looks at the files.</summary>
    public void Refresh()
    {
        nodes.Refresh();
        logins.Refresh();
    }
}
