namespace Esoz.Pis;

/// <summary>
/// One built snapshot of one resource (data-model §9). Lifecycle: BUILDING → READY → RETIRED, or BUILDING → FAILED. At most one generation
/// of a resource is READY: the one that is served. The objects of a retired one stay for <see cref="BulkGenerations.Grace"/>, so that
/// running downloads finish.
/// </summary>
/// <param name="SnapshotAt">Instant of the data, on the clock of the database.</param>
/// <param name="MaxDepth">Largest window of days it has.</param>
public sealed record BulkGeneration(Guid Id, string Resource, DateTime SnapshotAt, int MaxDepth)
{
    /// <summary>What the keys of its objects begin with.</summary>
    public string Prefix => $"{Resource}/{Id}";
}
