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
    private readonly ILogger? _log;
    private readonly Func<Certificate, bool>? _isTest;
    private readonly Remembered<string, TrustStore> _stores;
    private Reading? _read;

    /// <param name="directory">Contains <c>anchors/</c>, <c>certificates/</c> and <c>crls/</c>; a missing one is treated as empty.</param>
    /// <param name="clock">Determines when to check again.</param>
    /// <param name="log">Receives each fault that a change brings, once; null when the caller shows <see cref="Faults"/>.</param>
    /// <param name="isTest">Recognises anchors of test authorities, which are not used then; null = they are trusted.</param>
    public TrustDirectory(string directory, TimeProvider clock, ILogger? log = null, Func<Certificate, bool>? isTest = null)
    {
        _clock = clock;
        _log = log;
        _isTest = isTest;
        _directory = directory;
        _stores = new(RefreshInterval, capacity: 1, clock, Read);
    }

    /// <summary>Faults of files in the directory, one sentence each.</summary>
    public IReadOnlyList<string> Faults => Current().Faults;

    /// <summary>Number of trust anchors.</summary>
    public int Anchors => Current().Anchors.Count;

    /// <summary>Number of certificates that are not anchors.</summary>
    public int Certificates => Current().Certificates.Count;

    /// <summary>Revocation lists, complete ones and deltas.</summary>
    public IReadOnlyList<RevocationList> Lists => Current().Lists;

    /// <summary>
    /// The anchors, authorities and time-stamp authorities in the directory: whether certificates issued by them, or stamps, are trusted
    /// now.
    /// </summary>
    public IReadOnlyList<TrustedAuthority> Authorities(RevocationMode revocation, DeltaMode delta)
    {
        var store = Current();
        var now = _clock.GetUtcNow();
        return [.. store.Anchors.Concat(store.Certificates.Where(certificate => certificate.IsAuthority || certificate.IsForTimestamps))
            .Select(it => Judge(store, it, revocation, delta, now))];
    }

    /// <summary>Loading is synchronous, so only callers that wait for a first one block here.</summary>
    internal TrustStore Current() => _stores.Find(_directory).GetAwaiter().GetResult();

    private static TrustedAuthority Judge(
        TrustStore store, Certificate certificate, RevocationMode revocation, DeltaMode delta, DateTimeOffset now)
    {
        var isIssuer = certificate.IsAuthority || store.IsAnchor(certificate);
        CertificatePath Path(RevocationMode mode) => new(store, [], mode, now, delta);
        string? FaultOf(CertificatePath path) => isIssuer ? path.FaultOfIssuer(certificate) : path.Fault(certificate);
        var path = Path(revocation);
        var fault = FaultOf(path);
        var state = fault is null ? AuthorityState.Usable
            : now > certificate.NotAfter ? AuthorityState.Expired
            : FaultOf(Path(RevocationMode.None)) is not null ? AuthorityState.Untrusted
            : AuthorityState.WithoutList;
        return new(certificate, store.IsAnchor(certificate), state, fault, path.Warnings);
    }

    private Task<TrustStore> Read(string directory)
    {
        // Listed before loading: a change in between is detected at the next check.
        var listing = Listing(directory);
        var read = _read;
        if (read?.Listing != listing)
        {
            var store = TrustStore.Load(directory);
            if (_isTest is not null)
                store = store.Without(_isTest, "is a test authority, which production does not trust");
            // Those of the first reading are reported when the worker starts.
            foreach (var fault in read is null ? [] : store.Faults.Except(read.Store.Faults))
                _log?.LogWarning("Trust directory: not used: {Fault}", fault);
            _read = read = new(listing, store);
        }
        return Task.FromResult(read.Store);
    }

    private static string Listing(string directory) => Directory.Exists(directory)
        ? string.Join('\n', new DirectoryInfo(directory).EnumerateFiles("*", TrustStore.ReadFiles)
            .Select(file => FormattableString.Invariant($"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}"))
            .Order(StringComparer.Ordinal))
        : "";

    private sealed record Reading(string Listing, TrustStore Store);
}

/// <summary>Whether certificates of an authority are trusted now.</summary>
public enum AuthorityState
{
    Usable,
    Expired,
    /// <summary>A revocation list is missing or not current.</summary>
    WithoutList,
    /// <summary>No chain to an anchor, a key that is not accepted, or not allowed to issue.</summary>
    Untrusted,
}

/// <param name="Fault">The reason why certificates issued by it, or its stamps, are not trusted now; null when they can be.</param>
/// <param name="Warnings">What this does not take into account.</param>
public sealed record TrustedAuthority(
    Certificate Certificate, bool IsAnchor, AuthorityState State, string? Fault, IReadOnlyList<string> Warnings)
{
    public string Name => Certificate.Subject.Label ?? Certificate.Number;
}
