using System.Runtime.InteropServices;
using SlurmBanking.Hooks.Sidecar;

namespace SlurmBanking.Hooks.Native;

/// <summary>A connected Unix stream socket whose every wait ends at a deadline, and which raises no signal.</summary>
internal sealed unsafe class UnixSocket : IDisposable
{
    private int _fd;

    private UnixSocket(int fd) => _fd = fd;

    /// <summary>
    /// Connects, which takes no waiting on a Unix socket: a full backlog (EAGAIN) is a server that can't be asked, like one
    /// that is not there.
    /// </summary>
    public static UnixSocket? TryConnect(string path)
    {
        if (!UnixAddress.TryCreate(path, out var address))
        {
            return null;
        }

        var fd = Libc.Socket(Libc.AfUnix, Libc.SockStream | Libc.SockNonblock | Libc.SockCloexec, 0);
        if (fd < 0)
        {
            return null;
        }

        var socket = new UnixSocket(fd);
        if (Libc.Connect(fd, &address, (uint)sizeof(UnixAddress)) == 0)
        {
            return socket;
        }

        socket.Dispose();
        return null;
    }

    /// <summary>The uid of the process that listens at the other end; null when it can't be told.</summary>
    public uint? PeerUid()
    {
        PeerCredentials credentials;
        var length = (uint)sizeof(PeerCredentials);
        return Libc.GetSocketOption(_fd, Libc.SolSocket, Libc.SoPeercred, &credentials, &length) == 0 ? credentials.Uid : null;
    }

    /// <summary>Whether nothing is waiting to be read: neither the other end's close nor bytes that nobody asked for.</summary>
    public bool IsQuiet()
    {
        var poll = new PollFd { Fd = _fd, Events = Libc.Pollin };
        return Libc.Poll(&poll, 1, 0) == 0;
    }

    public LinkFailure Send(ReadOnlySpan<byte> bytes, in Deadline deadline)
    {
        while (bytes.Length > 0)
        {
            nint sent;
            fixed (byte* start = bytes)
            {
                sent = Libc.Send(_fd, start, (nuint)bytes.Length, Libc.MsgNosignal);
            }

            if (sent > 0)
            {
                bytes = bytes[(int)sent..];
            }
            else if (Blocked(deadline) is not LinkFailure.None and var failure)
            {
                return failure;
            }
        }

        return LinkFailure.None;
    }

    /// <summary>Reads what is there, after waiting for it: at least one byte.</summary>
    public LinkFailure Receive(Span<byte> bytes, in Deadline deadline, out int received)
    {
        received = 0;
        while (received == 0)
        {
            // An answer takes a moment: to wait first saves trying in vain.
            var failure = Wait(Libc.Pollin, deadline);
            if (failure != LinkFailure.None)
            {
                return failure;
            }

            nint result;
            fixed (byte* start = bytes)
            {
                result = Libc.Receive(_fd, start, (nuint)bytes.Length, 0);
            }

            if (result > 0)
            {
                received = (int)result;
            }
            else if (result == 0 || Marshal.GetLastSystemError() is not (Libc.Eintr or Libc.Eagain))
            {
                return LinkFailure.BrokenOff;
            }
        }

        return LinkFailure.None;
    }

    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = Libc.Close(_fd);
            _fd = -1;
        }
    }

    /// <summary>After a send that moved nothing: waits if waiting helps.</summary>
    private LinkFailure Blocked(in Deadline deadline) =>
        Marshal.GetLastSystemError() switch
        {
            Libc.Eintr => LinkFailure.None,
            Libc.Eagain => Wait(Libc.Pollout, deadline),
            _ => LinkFailure.BrokenOff,
        };

    private LinkFailure Wait(short events, in Deadline deadline)
    {
        while (deadline.RemainingMs is > 0 and var remaining)
        {
            var poll = new PollFd { Fd = _fd, Events = events };
            var ready = Libc.Poll(&poll, 1, remaining);
            if (ready > 0)
            {
                return LinkFailure.None;
            }

            if (ready < 0 && Marshal.GetLastSystemError() != Libc.Eintr)
            {
                return LinkFailure.BrokenOff;
            }
        }

        return LinkFailure.TooLate;
    }
}
