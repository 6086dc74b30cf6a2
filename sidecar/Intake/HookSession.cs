using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using SlurmBanking.Sidecar.Messages;
using SlurmBanking.Sidecar.Pricing;
using SlurmBanking.Sidecar.Telemetry;
using SlurmBanking.Terms;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Sidecar.Intake;

/// <summary>One plugin's requests, answered one after another. Not thread-safe.</summary>
internal sealed class HookSession(HookConnection connection, IHookDesk desk, SidecarMetrics metrics, TimeProvider time)
{
    private readonly FrameStream _frames = new(connection.Socket, time);
    private readonly Reply _spare = new();
    private SubmissionReader? _submissions;

    /// <summary>Waits for a request, and answers it.</summary>
    /// <returns>False when the plugin has closed the connection instead.</returns>
    /// <inheritdoc cref="FrameStream.TryRead" path="/exception"/>
    public bool AnswerNext()
    {
        if (!_frames.TryRead(out var body))
        {
            return false;
        }

        Request? request;
        HoldId hold = default;
        JobRequest? job = null;
        try
        {
            request = IsSubmission(body, out hold, out job) ? null : Parse(body);
        }
        finally
        {
            _frames.Drop();
        }

        connection.LastAsked = time.GetTimestamp();
        _frames.Write(request is not null ? Answer(request) : Answer(hold, job!));
        return true;
    }

    // Whoever comes for one report has none: the reader is made for the first. A fault in it is one of the other way, too, where it is
    // logged and gets an answer.
    private bool IsSubmission(ReadOnlySpan<byte> body, out HoldId hold, [NotNullWhen(true)] out JobRequest? job)
    {
        (hold, job) = (default, null);
        try
        {
            return connection is { IsGreeted: true, IsKept: true }
                && (_submissions ??= new SubmissionReader()).TryRead(body, out hold, out job);
        }
        catch (Exception)
        {
            return false;
        }
    }

    private static Request Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return Request.Parser.ParseFrom(body);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private Reply Answer(HoldId hold, JobRequest job)
    {
        var reply = desk.Answer(hold, job, _spare);
        connection.Asked(metrics.Plugins);
        return reply;
    }

    private Reply Answer(Request request)
    {
        if (!connection.IsGreeted && request.BodyCase != Request.BodyOneofCase.Hello)
        {
            return HookDesk.Reject(Rejection.Types.Reason.NotUnderstood, Answers.HelloFirst);
        }

        var reply = desk.Answer(request);
        if (reply.Welcome is not null)
        {
            connection.Greet(request.Hello, metrics.Plugins);
        }
        else
        {
            connection.Asked(metrics.Plugins);
        }

        return reply;
    }
}
