using SlurmBanking.Benchmarks.Micro;

namespace SlurmBanking.Benchmarks;

internal static class Program
{
    private const string Usage = "usage: SlurmBanking.Benchmarks micro [--quick] [--filter '*Name*']";

    public static int Main(string[] args)
    {
        switch (args)
        {
            case ["micro", .. var rest]:
                return MicroRun.Run(rest, Environment.GetEnvironmentVariable("OUT"), Console.Out);
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }
}
