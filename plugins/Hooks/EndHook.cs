using SlurmBanking.Hooks.Abi;
using SlurmBanking.Hooks.Mapping;
using SlurmBanking.Hooks.Messages;
using SlurmBanking.Hooks.Sidecar;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks;

/// <summary>
/// jobcomp: hands over the record of a run that ended. What the sidecar does not take goes to the spool; what the spool does
/// not take either is found by the sidecar's sweep of the queue.
/// </summary>
internal sealed class EndHook(SidecarLink link, Spool spool, TimeProvider time)
{
    private readonly LinkNews _news = new(time);
    private bool _spoolFails;

    /// <returns>A line for the daemon's log, if anything.</returns>
    public LogLine? Handle(ref readonly EndFacts facts)
    {
        var request = new Request { End = EndMapping.ToMessage(in facts) };
        var failure = link.Ask(request, link.Terms.FactDeadline, out var reply);
        if (failure == LinkFailure.None && reply!.BodyCase != Reply.BodyOneofCase.Receipt)
        {
            failure = LinkFailure.Malformed;
        }

        return failure == LinkFailure.None ? _news.Of(LinkFailure.None, "") : Keep(request, failure);
    }

    private LogLine? Keep(Request request, LinkFailure failure)
    {
        var kept = spool.TryKeep(request);
        var meanwhile = kept ? LogTexts.EndsKept(spool.Directory) : LogTexts.EndsNotKept(spool.Directory);
        var line = _news.Of(failure, meanwhile);
        var changed = _spoolFails == kept;
        _spoolFails = !kept;
        return line ?? (changed ? new LogLine(meanwhile, IsError: !kept) : null);
    }
}
