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
