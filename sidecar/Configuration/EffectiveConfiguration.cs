using System.Text;
using System.Text.Json;
using SlurmBanking.BankConfig;
using SlurmBanking.Terms;

namespace SlurmBanking.Sidecar.Configuration;

/// <summary>Writes a configuration as JSON with every default filled in, under the file's own key names; the token is masked.</summary>
internal static class EffectiveConfiguration
{
    public static string ToJson(BankSettings settings)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteStartObject("Enable");
            json.WriteBoolean("enable_job_submit_plugin", settings.Enable.JobSubmit);
            json.WriteBoolean("enable_spank_plugin", settings.Enable.Spank);
            json.WriteBoolean("enable_job_complete_plugin", settings.Enable.JobComplete);
            json.WriteEndObject();
            Write(json, "PartitionPrice", settings.PartitionPrices);
            json.WriteStartObject("TresPrice");
            foreach (var (partition, prices) in settings.TresPrices)
            {
                Write(json, partition, prices);
            }

            json.WriteEndObject();
            Write(json, "QosMultiplier", settings.QosMultipliers);
            Write(json, settings.Api);
            json.WriteStartObject("Policy");
            Write(json, settings.Policy);
            json.WriteStartObject("Partition");
            foreach (var (partition, policy) in settings.PartitionPolicies)
            {
                json.WriteStartObject(partition);
                Write(json, policy);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartObject("Sidecar");
            json.WriteString("cluster", settings.Sidecar.Cluster);
            json.WriteString("job_id_format", settings.Sidecar.JobIdFormat);
            json.WriteString("decision_deadline", DurationText.Format(settings.Sidecar.DecisionDeadline));
            json.WriteString("balance_ttl", DurationText.Format(settings.Sidecar.BalanceTtl));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, decimal> prices)
    {
        json.WriteStartObject(name);
        foreach (var (key, price) in prices)
        {
            json.WriteNumber(key, price);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ApiSettings api)
    {
        json.WriteStartObject("API");
        json.WriteString("url", api.Url.ToString().TrimEnd('/'));
        json.WriteString("token", api.Token.Length == 0 ? "" : "***");
        json.WriteString("token_file", api.TokenFile);
        json.WriteString("ca_file", api.CaFile);
        json.WriteString("timeout", DurationText.Format(api.Timeout));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PolicySettings policy)
    {
        json.WriteString("mode", Word(policy.Mode));
        json.WriteString("when_sidecar_unavailable", Word(policy.WhenSidecarUnavailable));
        json.WriteString("when_bank_unavailable", Word(policy.WhenBankUnavailable));
        json.WriteString("cached_for", DurationText.Format(policy.CachedFor));
        json.WriteString("unpriced_partition", policy.RefuseUnpricedPartition ? "refuse" : "free");
        json.WriteString("missing_time_limit", policy.AssumeMissingTimeLimit ? "assume" : "refuse");
        json.WriteString("assumed_time_limit", SlurmTime.Format(policy.AssumedTimeLimit));
        json.WriteString("default_account", policy.DefaultAccount);
        json.WriteStartArray("refund_states");
        foreach (var state in policy.RefundStates)
        {
            json.WriteStringValue(state);
        }

        json.WriteEndArray();
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
