using Google.Protobuf;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Hooks.Sidecar;

/// <summary>What the sidecar said: a reply, or, of the one that comes most, what matters of it.</summary>
/// <param name="Reply">Null when it is nothing but "accepted", or nothing at all.</param>
/// <param name="IsAccepted">It is nothing but "accepted".</param>
/// <param name="Amount">What is held then; null when there is no price.</param>
internal readonly record struct Answered(Reply? Reply, bool IsAccepted = false, ServiceUnits? Amount = null)
{
    // Wire types, and the longest number that is not negative.
    private const int Number = 0;
    private const int Bytes = 2;
    private const int MaxNumberBytes = 9;

    /// <summary>The reply, made if there is none yet; null when nothing was said.</summary>
    public Reply? ToReply()
    {
        if (!IsAccepted)
        {
            return Reply;
        }

        var verdict = new Verdict { Answer = Verdict.Types.Answer.Accept };
        if (Amount is { } amount)
        {
            verdict.Amount = amount.Hundredths;
        }

        return new Reply { Verdict = verdict };
    }

    /// <param name="body">Of a frame.</param>
    /// <param name="answered">What it says.</param>
    /// <returns>False when it is no reply.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, out Answered answered)
    {
        if (IsAcceptance(body, out var amount))
        {
            answered = new Answered(null, IsAccepted: true, amount);
            return true;
        }

        answered = default;
        try
        {
            answered = new Answered(Wire.Hooks.Reply.Parser.ParseFrom(body));
            return answered.Reply!.BodyCase != Reply.BodyOneofCase.None;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    // As the generated code writes it: the verdict alone, in it the answer, and behind it an amount or nothing.
    private static bool IsAcceptance(ReadOnlySpan<byte> body, out ServiceUnits? amount)
    {
        amount = null;
        const int Head = 4;
        if (
            body.Length < Head
            || body[0] != Tag(Wire.Hooks.Reply.VerdictFieldNumber, Bytes)
            || body[1] != body.Length - 2
            || body[2] != Tag(Verdict.AnswerFieldNumber, Number)
            || body[3] != (byte)Verdict.Types.Answer.Accept
        )
        {
            return false;
        }

        var rest = body[Head..];
        if (rest.IsEmpty)
        {
            return true;
        }

        var digits = rest[1..];
        if (rest[0] != Tag(Verdict.AmountFieldNumber, Number) || digits.Length is 0 or > MaxNumberBytes)
        {
            return false;
        }

        var number = 0L;
        for (var i = 0; i < digits.Length; i++)
        {
            // Each but the last says that another follows.
            if (digits[i] >= 0x80 == (i == digits.Length - 1))
            {
                return false;
            }

            number |= (long)(digits[i] & 0x7f) << (7 * i);
        }

        amount = new ServiceUnits(number);
        return true;
    }

    private static int Tag(int field, int type) => (field << 3) | type;
}
