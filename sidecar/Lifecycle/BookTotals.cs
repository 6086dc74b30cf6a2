using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>What the book holds, in numbers.</summary>
/// <param name="Holds">Open holds.</param>
/// <param name="Held">Their sum.</param>
/// <param name="Unbound">Those that the queue has not shown yet.</param>
/// <param name="Running">Runs charged or being charged.</param>
/// <param name="LetIn">Open holds and running jobs about which nobody was asked.</param>
internal readonly record struct BookTotals(int Holds, ServiceUnits Held, int Unbound, int Running, int LetIn);
