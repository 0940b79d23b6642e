using Esoz.Platform.Signatures.Certificates;

namespace Esoz.Platform.Signatures;

/// <summary>
/// The trust store of a directory, read again when a file of it came, went or changed. That is looked at every few seconds at most, so a
/// new revocation list is used without a restart. Serves all threads.
/// </summary>
public sealed class TrustDirectory
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly string _directory;
    private readonly TimeProvider _clock;
    private readonly Remembered<string, TrustStore> _stores;
    private Reading? _read;

    /// <param name="directory">Holds <c>anchors/</c>, <c>certificates/</c> and <c>crls/</c>; what is missing is empty.</param>
    /// <param name="clock">Says when to look again.</param>
    public TrustDirectory(string directory, TimeProvider clock)
    {
        _clock = clock;
        _directory = directory;
        _stores = new(LookEvery, capacity: 1, clock, Read);
    }

    /// <summary>What is wrong with files of the directory, one sentence each.</summary>
    public IReadOnlyList<string> Faults => Current().Faults;

    /// <summary>Number of trust anchors.</summary>
    public int Anchors => Current().Anchors.Count;

    /// <summary>The anchors, and the authorities below them that the directory knows: whether what they issue is believed now.</summary>
    public IReadOnlyList<TrustedAuthority> Authorities(RevocationMode revocation)
    {
        var store = Current();
        var now = _clock.GetUtcNow();
        return [.. store.Anchors.Concat(store.Certificates.Where(certificate => certificate.IsAuthority))
            .Select(it => new TrustedAuthority(
                it.Number, store.IsAnchor(it), new CertificatePath(store, [], revocation, now).FaultOfIssuer(it)))];
    }

    /// <summary>Reading is not asynchronous, so only the callers behind a first one wait here.</summary>
    internal TrustStore Current() => _stores.Find(_directory).GetAwaiter().GetResult();

    private Task<TrustStore> Read(string directory)
    {
        // Listed before it is read: what changes in between is seen the next time.
        var listing = Listing(directory);
        var read = _read;
        if (read?.Listing != listing)
            _read = read = new(listing, TrustStore.Load(directory));
        return Task.FromResult(read.Store);
    }

    private static string Listing(string directory) => Directory.Exists(directory)
        ? string.Join('\n', new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => FormattableString.Invariant($"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}"))
            .Order(StringComparer.Ordinal))
        : "";

    private sealed record Reading(string Listing, TrustStore Store);
}

/// <param name="Number">Serial number of its certificate, hexadecimal.</param>
/// <param name="Fault">Why no certificate that it issued is believed now; null when they can be.</param>
public sealed record TrustedAuthority(string Number, bool IsAnchor, string? Fault);
