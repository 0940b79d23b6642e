using System.Diagnostics.Metrics;

namespace Esoz.Platform.Signatures;

/// <summary>
/// Whether signatures can be verified. Judging every authority takes a while, so the directory is looked at once a minute, and only when
/// somebody asks.
/// </summary>
public sealed class TrustMetrics
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly TrustDirectory _trust;
    private readonly SignatureOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private (int Usable, int Unusable)? _anchors;
    private long _looked;

    public TrustMetrics(TrustDirectory trust, SignatureOptions options, TimeProvider clock, IMeterFactory meters)
    {
        (_trust, _options, _clock) = (trust, options, clock);
        if (options.Enabled)
            meters.Create("Esoz").CreateObservableGauge("esoz.trust.anchors", Anchors, "{certificate}",
                "Trust anchors of signatures by state: usable, or unusable because they, or their revocation lists, have expired");
    }

    private IEnumerable<Measurement<int>> Anchors()
    {
        var (usable, unusable) = Current();
        return
        [
            new(usable, new KeyValuePair<string, object?>("state", "usable")),
            new(unusable, new KeyValuePair<string, object?>("state", "unusable")),
        ];
    }

    private (int Usable, int Unusable) Current()
    {
        lock (_gate)
        {
            if (_anchors is { } known && _clock.GetElapsedTime(_looked) < Lifetime)
                return known;
            var anchors = _trust.Authorities(_options.Revocation, _options.Delta).Where(authority => authority.IsAnchor).ToList();
            _looked = _clock.GetTimestamp();
            _anchors = (anchors.Count(anchor => anchor.Fault is null), anchors.Count(anchor => anchor.Fault is not null));
            return _anchors.Value;
        }
    }
}
