using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.ClusterView;
using SlurmBanking.Sidecar.Pricing;

namespace SlurmBanking.Benchmarks.Micro;

/// <summary>A cluster of a size that is met: 1000 nodes, 100 of them with GPUs.</summary>
internal static class Site
{
    public const string Account = "fc_abc";
    public const uint Uid = 1000;

    public static ClusterSnapshot Cluster { get; } =
        ClusterSnapshot.Of(
            [
                new Partition
                {
                    Name = "normal",
                    IsDefault = true,
                    DefaultTime = TimeSpan.FromHours(1),
                    MaxTime = TimeSpan.FromDays(7),
                },
                new Partition { Name = "large", MaxTime = TimeSpan.FromDays(7) },
                new Partition { Name = "gpu", MaxTime = TimeSpan.FromDays(3) },
                new Partition
                {
                    Name = "whole",
                    MaxTime = TimeSpan.FromDays(3),
                    Exclusive = true,
                },
            ],
            [
                .. Enumerable
                    .Range(1, 900)
                    .Select(static i => new Node(
                        $"n{i}",
                        ["normal", "large", "whole"],
                        TresCounts.Parse("cpu=64,mem=256G,billing=64"),
                        2,
                        1
                    )),
                .. Enumerable
                    .Range(1, 100)
                    .Select(static i => new Node($"g{i}", ["gpu"], TresCounts.Parse("cpu=64,mem=512G,billing=64,gres/gpu=4"), 2, 1)),
            ]
        );

    public static BankSettings Settings { get; } =
        BankConfigReader
            .Read(
                """
                API.url = "http://bank.invalid"
                API.token = "t"
                [PartitionPrice]
                normal = 0.75
                large = 1
                gpu = 1
                whole = 0.5
                [TresPrice.gpu]
                "gres/gpu" = 12.5
                "mem" = 0.01
                [QosMultiplier]
                low = 0.5
                """,
                "site"
            )
            .Settings!;

    public static JobRequest Plain { get; } =
        new()
        {
            Uid = Uid,
            Account = Account,
            Tasks = 16,
            MinCpus = 16,
            TimeLimit = TimeSpan.FromHours(4),
        };

    public static JobRequest Gpus { get; } =
        Plain with
        {
            Partitions = ["gpu"],
            Tasks = 4,
            CpusPerTask = 8,
            MemoryPerNode = 131_072,
            TresPerNode = TresCounts.ParseRequest("gres:gpu:a100:2"),
        };
}
