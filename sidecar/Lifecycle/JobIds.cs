namespace SlurmBanking.Sidecar.Lifecycle;

/// <summary>A set of job ids. Slurm gives them out one after another, so a million take some 130 kB.</summary>
internal sealed class JobIds
{
    private const int PageBits = 12;
    private const int WordBits = 6;

    private readonly Dictionary<uint, ulong[]> _pages = [];

    public bool Contains(uint id) => _pages.TryGetValue(id >> PageBits, out var page) && (page[Word(id)] & Bit(id)) != 0;

    public void Add(uint id)
    {
        if (!_pages.TryGetValue(id >> PageBits, out var page))
        {
            _pages[id >> PageBits] = page = new ulong[1 << (PageBits - WordBits)];
        }

        page[Word(id)] |= Bit(id);
    }

    private static uint Word(uint id) => (id & ((1u << PageBits) - 1)) >> WordBits;

    private static ulong Bit(uint id) => 1ul << (int)(id & ((1u << WordBits) - 1));
}
