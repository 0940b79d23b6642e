namespace Esoz.BulkExport.Snapshots;

/// <summary>A snapshot that has files in the store, or may have some.</summary>
public sealed record KeptSnapshot(Snapshot Snapshot)
{
    public bool IsInService { get; init; }

    /// <summary>Whether its files are being written, or removed.</summary>
    public bool IsUnsettled { get; init; }

    /// <summary>Whether it went into service within the last minutes.</summary>
    public bool IsFresh { get; init; }

    /// <summary>Bytes of the full set, as stored.</summary>
    public long FullBytes { get; init; }

    /// <summary>Of the full set, as stored; lower-case hexadecimal.</summary>
    public string? FullSha256 { get; init; }

    /// <summary>Bytes of each window, the shortest first.</summary>
    public IReadOnlyList<long> DepthBytes { get; init; } = [];
}
