using SlurmBanking.BankConfig;
using SlurmBanking.Sidecar.Messages;

namespace SlurmBanking.Sidecar.Configuration;

/// <summary>`sidecar check-config FILE`.</summary>
internal static class ConfigurationCheck
{
    /// <returns>0 for a file that can be used, warnings or not; 1 for one that can't.</returns>
    public static int Run(string file, TextWriter output, TextWriter errors)
    {
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(Failures.FileUnreadable(file, e.Message));
            return 1;
        }

        var reading = BankConfigReader.Read(text, file);
        foreach (var problem in reading.Problems)
        {
            errors.WriteLine(problem);
        }

        if (reading.Settings is not { } settings)
        {
            return 1;
        }

        output.WriteLine(EffectiveConfiguration.ToJson(settings));
        return 0;
    }
}
