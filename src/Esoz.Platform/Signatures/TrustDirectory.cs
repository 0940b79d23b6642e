using Esoz.Platform.Signatures.Certificates;

namespace Esoz.Platform.Signatures;

/// <summary>
/// The trust store of a directory, reloaded when a file is added, removed or changed. This is checked at most every few seconds, so a new
/// revocation list is used without a restart. Thread-safe.
/// </summary>
public sealed class TrustDirectory
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(5);

    private readonly string _directory;
    private readonly TimeProvider _clock;
    private readonly Remembered<string, TrustStore> _stores;
    private Reading? _read;

    /// <param name="directory">Contains <c>anchors/</c>, <c>certificates/</c> and <c>crls/</c>; a missing one is treated as empty.</param>
    /// <param name="clock">Determines when to check again.</param>
    public TrustDirectory(string directory, TimeProvider clock)
    {
        _clock = clock;
        _directory = directory;
        _stores = new(RefreshInterval, capacity: 1, clock, Read);
    }

    /// <summary>Faults of files in the directory, one sentence each.</summary>
    public IReadOnlyList<string> Faults => Current().Faults;

    /// <summary>Number of trust anchors.</summary>
    public int Anchors => Current().Anchors.Count;

    /// <summary>The anchors, and the authorities in the directory: whether certificates issued by them are trusted now.</summary>
    public IReadOnlyList<TrustedAuthority> Authorities(RevocationMode revocation)
    {
        var store = Current();
        var now = _clock.GetUtcNow();
        return [.. store.Anchors.Concat(store.Certificates.Where(certificate => certificate.IsAuthority))
            .Select(it => new TrustedAuthority(
                it.Number, store.IsAnchor(it), new CertificatePath(store, [], revocation, now).FaultOfIssuer(it)))];
    }

    /// <summary>Loading is synchronous, so only callers that wait for a first one block here.</summary>
    internal TrustStore Current() => _stores.Find(_directory).GetAwaiter().GetResult();

    private Task<TrustStore> Read(string directory)
    {
        // Listed before loading: a change in between is detected at the next check.
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
/// <param name="Fault">The reason why certificates issued by it are not trusted now; null when they can be.</param>
public sealed record TrustedAuthority(string Number, bool IsAnchor, string? Fault);
