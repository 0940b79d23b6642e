using Esoz.BulkExport.Snapshots;

namespace Esoz.BulkExport.Verifying;

/// <summary>What a look at stored snapshots brought. Findings name files and keys of records, never their contents.</summary>
/// <param name="Snapshots">By resource, oldest first.</param>
/// <param name="Pairs">Every older snapshot with every newer one of the same resource, where the resource has windows.</param>
/// <param name="Others">Findings about what belongs to no readable snapshot, pointers included.</param>
/// <param name="Empty">Names of resources that nothing is stored of.</param>
public sealed record Verification(
    IReadOnlyList<SnapshotVerdict> Snapshots, IReadOnlyList<PairVerdict> Pairs, IReadOnlyList<string> Others, IReadOnlyList<string> Empty)
{
    /// <summary>All that was found wrong, one sentence each.</summary>
    public IReadOnlyList<string> Findings =>
    [
        .. Snapshots.SelectMany(it => it.Findings.Select(finding => $"{it.Resource}/{it.Generation}: {finding}")),
        .. Pairs.SelectMany(it => it.Findings.Select(finding => $"{it.Resource}/{it.From} → {it.To}: {finding}")),
        .. Others,
    ];
}

/// <summary>One snapshot, file by file.</summary>
/// <param name="Rows">Records of the full set, as far as it could be read.</param>
public sealed record SnapshotVerdict(
    string Resource, Guid Generation, DateTime SnapshotAt, int Files, long Rows, IReadOnlyList<string> Findings);

/// <summary>Whether an older full set and a window of a newer snapshot make the newer full set.</summary>
/// <param name="Depth">The smallest window that reaches back far enough; null when there is none, so that nothing is promised.</param>
public sealed record PairVerdict(
    string Resource, Guid From, DateTime FromAt, Guid To, DateTime ToAt, int? Depth, IReadOnlyList<string> Findings)
{
    public TimeSpan Gap => ToAt - FromAt;

    public bool IsProved => Depth is not null && Findings.Count == 0;
}

/// <summary>How far the verification of one resource is.</summary>
public sealed record VerifyProgress(BulkResource Resource, int Files, int Of);
