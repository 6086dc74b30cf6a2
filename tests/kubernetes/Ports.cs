using System.Net;
using System.Net.Sockets;

namespace SlurmBanking.Kubernetes.Tests;

/// <summary>TCP ports of 127.0.0.1 for servers.</summary>
public static class Ports
{
    private static readonly HashSet<int> Given = [];

    /// <summary>
    /// A free port below those that the kernel gives to connections: nobody takes it before the server does. No port is given
    /// twice, since a server that is restarted wants its own again.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 30_000);
            lock (Given)
            {
                if (!Given.Add(port))
                {
                    continue;
                }
            }

            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else has this one.
            }
        }
    }
}
