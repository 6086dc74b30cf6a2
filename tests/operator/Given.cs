using k8s.Models;
using SlurmBanking.Operator.Api;

namespace SlurmBanking.Operator.Tests;

/// <summary>The BankingConfig that the tests vary.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static BankingConfig Config(Func<BankingConfigSpec, BankingConfigSpec>? with = null) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = "savio",
                NamespaceProperty = "slurm",
                Uid = "5f1b8a52-0000-4000-8000-000000000001",
                Generation = 3,
            },
            Spec = (with ?? (static spec => spec))(
                new BankingConfigSpec
                {
                    Api = new ApiSpec
                    {
                        Url = "https://bank.example.org/api",
                        TokenSecretRef = new SecretKeyReference { Name = "bank-token" },
                    },
                    PartitionPrices = Prices(("normal", "1"), ("debug", "0.5")),
                    Slurm = new SlurmSpec { Slinky = new SlinkySpec { ControllerRef = new ObjectReference { Name = "slurm" } } },
                }
            ),
        };

    public static Dictionary<string, DecimalText> Prices(params (string Name, string Price)[] prices) =>
        prices.ToDictionary(static pair => pair.Name, static pair => new DecimalText(pair.Price), StringComparer.Ordinal);
}
