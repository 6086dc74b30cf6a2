using System.Net.Sockets;
using SlurmBanking.Wire;
using SlurmBanking.Wire.Hooks;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>The job_submit plugin's end of a sidecar's socket.</summary>
internal sealed class SubmitPlugin : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };

    public SubmitPlugin(string path)
    {
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        var hello = new Hello
        {
            Protocol = Frame.Protocol,
            Hook = Hook.JobSubmit,
            SlurmVersion = "22.05.8",
            Build = "test",
        };
        Assert.Equal(Reply.BodyOneofCase.Welcome, Ask(new Request { Hello = hello }).BodyCase);
    }

    /// <summary>What one CPU for an hour costs in a partition now, in hundredths of an SU; null when there is no price yet.</summary>
    public long? PriceOfAnHour(string partition)
    {
        var submission = new Submission
        {
            HoldId = Guid.NewGuid().ToString("n"),
            Uid = 1000,
            Account = "bench",
            Partition = partition,
            NumTasks = 1,
            TimeLimitMinutes = 60,
        };
        var verdict = Ask(new Request { Submission = submission }).Verdict;
        return verdict.HasAmount ? verdict.Amount : null;
    }

    public void Dispose() => _socket.Dispose();

    private Reply Ask(Request request)
    {
        _socket.Send(Frame.Of(request));
        var header = new byte[Frame.HeaderBytes];
        Fill(header);
        var body = new byte[Frame.ReadHeader(header)];
        Fill(body);
        return Reply.Parser.ParseFrom(body);
    }

    private void Fill(byte[] buffer)
    {
        for (var filled = 0; filled < buffer.Length; )
        {
            var read = _socket.Receive(buffer.AsSpan(filled));
            Assert.True(read > 0, "the sidecar closed the connection");
            filled += read;
        }
    }
}
