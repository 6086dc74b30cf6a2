using SlurmBanking.Hooks.Messages;
using SlurmBanking.Hooks.Sidecar;
using SlurmBanking.Terms;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks;

/// <summary>Asks the sidecar for a verdict; when it can't be asked, the fallback that it last told decides.</summary>
internal sealed class Inquiry(SidecarLink link, string socketPath, TimeProvider time)
{
    /// <summary>
    /// Bytes of a request at most. Users choose the length of partition lists and array specifications; what is too long
    /// to be asked about must be refused, or it would go unpriced.
    /// </summary>
    public const int MaxBytes = 256 * 1024;

    private readonly LinkNews _news = new(time);

    public Ruling Ask(Request request)
    {
        if (request.CalculateSize() > MaxBytes)
        {
            return new Ruling(Terminal.Fold(Refusals.TooLarge), IsAnswered: false, null, null);
        }

        return Ask(Frame.Of(request));
    }

    /// <param name="frame">Of a request, no longer than <see cref="MaxBytes"/>.</param>
    public Ruling Ask(ReadOnlySpan<byte> frame)
    {
        var failure = link.Ask(frame, link.Terms.SubmissionDeadline, out var answered);
        if (failure != LinkFailure.None)
        {
            return Unanswered(failure);
        }

        if (answered.IsAccepted)
        {
            return new Ruling(null, IsAnswered: true, answered.Amount, _news.Of(LinkFailure.None, ""));
        }

        if (answered.Reply?.Verdict is not { Answer: not Verdict.Types.Answer.Unspecified } verdict)
        {
            return Unanswered(LinkFailure.Malformed);
        }

        var refusal = verdict.Answer == Verdict.Types.Answer.Refuse ? Told(verdict.Message) : null;
        ServiceUnits? amount = verdict.HasAmount ? new ServiceUnits(verdict.Amount) : null;
        return new Ruling(refusal, IsAnswered: true, amount, _news.Of(LinkFailure.None, ""));
    }

    private Ruling Unanswered(LinkFailure failure)
    {
        var told = link.Terms.WhenUnavailable;
        var fallback = told == Fallback.Unspecified ? FallbackFile.Read(socketPath) : told;
        var denied = fallback == Fallback.Deny;
        var log = _news.Of(failure, denied ? LogTexts.Refusing : LogTexts.LettingIn);
        return new Ruling(denied ? Terminal.Fold(Refusals.SidecarUnavailable) : null, IsAnswered: false, null, log);
    }

    private static string Told(string message) => Terminal.Fold(string.IsNullOrWhiteSpace(message) ? Refusals.Unexplained : message);
}
