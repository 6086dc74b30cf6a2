using System.Net;
using System.Net.Sockets;

namespace SlurmBanking.Bank.Api;

/// <summary>
/// Counts failed authentications by the address that they come from: so many at once, then one a second. Only failures are held
/// back: a good token is let through whatever others behind the same address do. Addresses share a fixed number of slots, so
/// that memory is bounded; that two may share one costs nobody but who fails.
/// </summary>
internal sealed class FailedTries(TimeProvider time)
{
    private const int Slots = 4096;
    private const int AtOnce = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly DateTimeOffset[] _paidUntil = new DateTimeOffset[Slots];

    /// <summary>Counts one.</summary>
    /// <param name="address">Where it comes from; null for a socket without addresses.</param>
    /// <returns>Null, or when there were too many for how long to hold back.</returns>
    public TimeSpan? Count(IPAddress? address)
    {
        var slot = (int)((uint)HashCode.Combine(Network(address)) % Slots);
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var paid = _paidUntil[slot] > now ? _paidUntil[slot] : now;
            var wait = paid + Interval - now - (AtOnce * Interval);
            if (wait > TimeSpan.Zero)
            {
                return wait;
            }

            _paidUntil[slot] = paid + Interval;
            return null;
        }
    }

    // One customer has a whole /64 of IPv6.
    private static ulong Network(IPAddress? address)
    {
        if (address is null)
        {
            return 0;
        }

        var bytes = address.IsIPv4MappedToIPv6 ? address.MapToIPv4().GetAddressBytes() : address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetworkV6 && bytes.Length == 16
            ? BitConverter.ToUInt64(bytes)
            : BitConverter.ToUInt32(bytes);
    }
}
