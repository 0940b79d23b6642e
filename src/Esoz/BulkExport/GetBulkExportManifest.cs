using System.Security.Cryptography;
using System.Text.Json;
using Esoz.BulkExport.Snapshots;

namespace Esoz.BulkExport;

/// <summary>
/// PIS. Get manifest of the bulk data export: our addition, so that a client can see what has changed, check what it downloaded and
/// schedule its next download without calling every method (spec/pis-get-manifest-of-the-bulk-data-export.md).
/// </summary>
public static class GetBulkExportManifest
{
    public static readonly MethodCard Card = new("pis-get-manifest-of-the-bulk-data-export", "PIS. Get manifest of the bulk data export",
        "GET", "/api/pis/bulk/manifest", Family.PisBulk,
        "party_bulk:read_pis", "employee_bulk:read_pis", "division_bulk:read_pis", "legal_entity_bulk:read_pis",
        "employee_role_bulk:read_pis",
        "healthcare_service_bulk:read_pis", "contract_division_bulk:read_pis", "declaration_bulk:read_pis")
    {
        Purpose =
            "Gets the snapshot in service of every resource of the bulk export, with its files and digests and the time of the next build",
        Handle = Handle,
        HasPersonalData = false,
        AnyScope = true,
        Validations = [new("1", "the preconditions of the request hold", Preconditions.Failed)],
        Answer = typeof(IReadOnlyList<ManifestOfResource>),
    };

    public static async Task<Reply> Handle(
        SnapshotTable snapshots, SnapshotFiles files, BulkExportOptions options, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var inService = await snapshots.FindReady(ct);
        var resources = new List<ManifestOfResource>();
        foreach (var resource in BulkResources.All)
        {
            var snapshot = inService.SingleOrDefault(build => build.Snapshot.Resource == resource.Name)?.Snapshot;
            var manifest = snapshot is null ? null : await files.ReadManifest(snapshot, ct);
            resources.Add(new(resource.Name, resource.Key, snapshot?.Generation, snapshot?.At, manifest?.WindowsValidFrom,
                options.NextRun(resource, now),
                [.. (manifest?.Files ?? []).Select(window => new ManifestOfFile(window.Depth, window.Rows, window.Bytes, window.Sha256,
                    window.PlainBytes, window.PlainSha256, $"W/{window.TagIn(snapshot!)}", LinesOf(snapshot!, window)))],
                manifest?.Removed is { } removed
                    ? new(removed.Rows, removed.PlainBytes, removed.PlainSha256, $"W/{removed.TagIn(snapshot!)}",
                        LinesOf(snapshot!, removed)!)
                    : null));
        }
        return Reply.Data(resources, new Validators(TagOf(resources)));
    }

    /// <summary>Null when the snapshot was built by an earlier version.</summary>
    private static ManifestOfLines? LinesOf(Snapshot snapshot, SnapshotWindow window) =>
        window.LinesSha256 is { } sha256 ? new(window.LinesBytes, sha256, window.TagIn(snapshot, sha256)) : null;

    /// <summary>Weak, because <c>meta.request_id</c> differs per answer.</summary>
    private static string TagOf(List<ManifestOfResource> resources) =>
        $"W/\"{Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(resources, IlDialect.Json)))[..32]}\"";
}

/// <summary>Snapshot of one resource that is in service.</summary>
/// <param name="Resource">Last part of the method's path.</param>
/// <param name="Key">Member that identifies a record.</param>
/// <param name="Generation">Null before the first snapshot.</param>
/// <param name="SnapshotAt">Instant of the data; <c>meta.date</c> of the method is the same, truncated to milliseconds.</param>
/// <param name="WindowsValidFrom">Windows have every change for a copy as of a later instant only; null = for every copy.</param>
/// <param name="NextBuildAt">Null = never automatically.</param>
/// <param name="Files">Depth 1 to the largest, then the full set; empty before the first snapshot.</param>
/// <param name="Removed">
/// Answer with <c>removed=true</c>; null before the first snapshot, and when the resource has no windows or the snapshot was built by an
/// earlier version.
/// </param>
public sealed record ManifestOfResource(
    string Resource, string Key, Guid? Generation, DateTime? SnapshotAt, DateTime? WindowsValidFrom, DateTime? NextBuildAt,
    IReadOnlyList<ManifestOfFile> Files, ManifestOfRemovals? Removed);

/// <summary>One set of records. The first two lengths and digests are of the stored file, a gzip of a JSON array.</summary>
/// <param name="Depth">Days; null = full set.</param>
/// <param name="Bytes">Length of the gzip file.</param>
/// <param name="Sha256">Digest of the gzip file, hexadecimal.</param>
/// <param name="PlainBytes">Length of the JSON array: <c>data</c> of the method's answer is exactly these bytes.</param>
/// <param name="PlainSha256">Digest of the JSON array, hexadecimal.</param>
/// <param name="Etag">Entity tag of the method's JSON responses, for <c>If-None-Match</c>.</param>
/// <param name="Ndjson">Null when the snapshot was built by an earlier version.</param>
public sealed record ManifestOfFile(
    int? Depth, long Rows, long Bytes, string Sha256, long PlainBytes, string PlainSha256, string Etag, ManifestOfLines? Ndjson);

/// <summary>The removals: an array of <c>{"id", "removed_at"}</c>.</summary>
/// <param name="PlainBytes">Length of the JSON array: <c>data</c> of the method's answer is exactly these bytes.</param>
/// <param name="PlainSha256">Digest of the JSON array, hexadecimal.</param>
/// <param name="Etag">Entity tag of the method's JSON responses, for <c>If-None-Match</c>.</param>
public sealed record ManifestOfRemovals(long Rows, long PlainBytes, string PlainSha256, string Etag, ManifestOfLines Ndjson);

/// <summary>The method's NDJSON responses without compression; with gzip these are the bytes after decompression.</summary>
/// <param name="Sha256">Digest, hexadecimal.</param>
/// <param name="Etag">Entity tag, for <c>If-None-Match</c> and <c>If-Match</c>.</param>
public sealed record ManifestOfLines(long Bytes, string Sha256, string Etag);
