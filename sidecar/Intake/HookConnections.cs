namespace SlurmBanking.Sidecar.Intake;

/// <summary>
/// The open connections, no more than a number of them. When all places are taken the newest still gets one: that of whoever
/// has said nothing for longest, slurmctld's own connections last. A plugin that was sent away comes again.
/// </summary>
internal sealed class HookConnections(int places)
{
    private readonly Lock _gate = new();
    private readonly HashSet<HookConnection> _open = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>Takes one in.</summary>
    /// <returns>False when another was sent away for it.</returns>
    public bool Add(HookConnection connection)
    {
        HookConnection? sentAway = null;
        lock (_gate)
        {
            if (_open.Count >= places)
            {
                sentAway = _open.MinBy(static open => (open.IsKept, open.LastAsked))!;
                _open.Remove(sentAway);
            }

            _open.Add(connection);
        }

        sentAway?.Socket.Close();
        return sentAway is null;
    }

    public void Remove(HookConnection connection)
    {
        lock (_gate)
        {
            _open.Remove(connection);
        }
    }

    public void CloseAll()
    {
        lock (_gate)
        {
            foreach (var connection in _open)
            {
                connection.Socket.Close();
            }
        }
    }
}
