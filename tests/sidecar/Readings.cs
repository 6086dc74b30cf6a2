using System.Diagnostics.Metrics;
using System.Globalization;
using SlurmBanking.Sidecar.Telemetry;

namespace SlurmBanking.Sidecar.Tests;

/// <summary>What one sidecar's metrics have come to, as a collector would read them.</summary>
internal sealed class Readings : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public Readings(SidecarMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, metrics.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>
    /// The value of a series, such as <c>decisions{request=submit,answer=accept,reason=Fits}</c>; null when there is none.
    /// </summary>
    public double? this[string series]
    {
        get
        {
            _listener.RecordObservableInstruments();
            lock (_gate)
            {
                return _values.TryGetValue("slurm_banking." + series, out var value) ? value : null;
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new List<string>();
        foreach (var (name, word) in tags)
        {
            labels.Add(string.Create(CultureInfo.InvariantCulture, $"{name}={word}"));
        }

        var series = labels.Count == 0 ? instrument.Name : $"{instrument.Name}{{{string.Join(',', labels)}}}";
        lock (_gate)
        {
            // What is observed is a total already; of a histogram this is the sum.
            _values[series] = instrument.IsObservable ? value : _values.GetValueOrDefault(series) + value;
        }
    }
}
