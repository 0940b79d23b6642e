using Esoz.Platform.Signatures.Certificates;

namespace Esoz.Platform.Signatures;

/// <summary>
/// The trust store of a directory, read again when a file of it came, went or changed. That is looked at every few seconds at most, so a new
/// revocation list is used without a restart. Serves all threads.
/// </summary>
/// <param name="directory">Holds <c>anchors/</c>, <c>certificates/</c> and <c>crls/</c>; what is missing is empty.</param>
public sealed class TrustDirectory(string directory, TimeProvider clock)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private TrustStore? _store;
    private string _listing = "";
    private long _lookedAt;

    /// <summary>What is wrong with files of the directory, one sentence each.</summary>
    public IReadOnlyList<string> Faults => Current().Faults;

    /// <summary>Number of trust anchors.</summary>
    public int Anchors => Current().Anchors.Count;

    /// <summary>The anchors, and the authorities below them that the directory knows: whether what they issue is believed now.</summary>
    public IReadOnlyList<TrustedAuthority> Authorities(RevocationMode revocation)
    {
        var store = Current();
        var now = clock.GetUtcNow();
        return [.. store.Anchors.Concat(store.Certificates.Where(certificate => certificate.IsAuthority))
            .Select(it => new TrustedAuthority(it.Number, store.IsAnchor(it), new CertificatePath(store, [], revocation, now).FaultOfIssuer(it)))];
    }

    internal TrustStore Current()
    {
        lock (_lock)
        {
            if (_store is not null && clock.GetElapsedTime(_lookedAt) < LookEvery)
                return _store;
            _lookedAt = clock.GetTimestamp();
            // Listed before it is read: what changes in between is seen the next time.
            var listing = Listing();
            if (_store is null || listing != _listing)
                (_store, _listing) = (TrustStore.Load(directory), listing);
            return _store;
        }
    }

    private string Listing() => Directory.Exists(directory)
        ? string.Join('\n', new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => FormattableString.Invariant($"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}")).Order(StringComparer.Ordinal))
        : "";
}

/// <param name="Number">Serial number of its certificate, hexadecimal.</param>
/// <param name="Fault">Why no certificate that it issued is believed now; null when they can be.</param>
public sealed record TrustedAuthority(string Number, bool IsAnchor, string? Fault);
