using Esoz.BulkExport.Snapshots;

namespace Esoz.BulkExport.Verifying;

/// <summary>Result of verifying stored snapshots. Findings name files and keys of records, never their contents.</summary>
/// <param name="Snapshots">By resource, oldest first.</param>
/// <param name="Pairs">Every older snapshot with every newer one of the same resource, where the resource has windows.</param>
/// <param name="Others">Findings about objects that belong to no readable snapshot, pointers included.</param>
/// <param name="Empty">Names of resources without stored objects.</param>
public sealed record Verification(
    IReadOnlyList<SnapshotVerdict> Snapshots, IReadOnlyList<PairVerdict> Pairs, IReadOnlyList<string> Others, IReadOnlyList<string> Empty)
{
    /// <summary>All problems found, one sentence each.</summary>
    public IReadOnlyList<string> Findings =>
    [
        .. Snapshots.SelectMany(it => it.Findings.Select(finding => $"{it.Resource}/{it.Generation}: {finding}")),
        .. Pairs.SelectMany(it => it.Findings.Select(finding => $"{it.Resource}/{it.From} → {it.To}: {finding}")),
        .. Others,
    ];
}

/// <summary>One snapshot, file by file.</summary>
/// <param name="Rows">Records of the full set that could be read.</param>
public sealed record SnapshotVerdict(
    string Resource, Guid Generation, DateTime SnapshotAt, int Files, long Rows, IReadOnlyList<string> Findings);

/// <summary>Whether an older full set, a window and the removals of a newer snapshot yield the newer full set.</summary>
/// <param name="WindowsValidFrom">Of the newer snapshot (<see cref="WindowStarts"/>).</param>
/// <param name="Depth">The smallest window that reaches back far enough; null when there is none, so no guarantee applies.</param>
public sealed record PairVerdict(
    string Resource, Guid From, DateTime FromAt, Guid To, DateTime ToAt, DateTime? WindowsValidFrom, int? Depth,
    IReadOnlyList<string> Findings)
{
    public TimeSpan Gap => ToAt - FromAt;

    public bool IsProved => Depth is not null && Findings.Count == 0;
}

/// <summary>Progress of verifying one resource.</summary>
public sealed record VerifyProgress(BulkResource Resource, int Files, int Of);
