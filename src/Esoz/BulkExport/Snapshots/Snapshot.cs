namespace Esoz.BulkExport.Snapshots;

/// <summary>
/// One published set of files of one resource (pis-bulk §3, data-model §9). Lifecycle: BUILDING → READY → RETIRED, or BUILDING → FAILED. At
/// most one snapshot of a resource is READY: the one that is served. The objects of a retired one are kept for
/// <see cref="SnapshotTable.Grace"/>, so that running downloads finish.
/// </summary>
/// <param name="Generation">Its id, called generation in object keys and in the table.</param>
/// <param name="At">Instant of the data, by the database clock.</param>
/// <param name="MaxDepth">Largest window of days it has.</param>
public sealed record Snapshot(Guid Generation, string Resource, DateTime At, int MaxDepth)
{
    /// <summary>When it went into service; null when it is not.</summary>
    public DateTime? InServiceSince { get; init; }

    /// <summary>
    /// Whether another snapshot of the resource has the same instant in whole seconds, as two that were built during one long transaction
    /// have. A header with the instant would not tell them apart.
    /// </summary>
    public bool SharesItsSecond { get; init; }

    /// <summary>Common prefix of its object keys.</summary>
    public string Prefix => $"{Resource}/{Generation}";
}
