using System.Text.Json;

namespace Esoz.BulkExport.Snapshots;

/// <summary><c>{resource}/{generation}/manifest.json</c>: the files of the snapshot, so that any client can check it.</summary>
/// <param name="WindowsValidFrom">See <see cref="WindowStarts"/>; null = always. Manifests of earlier versions have none.</param>
/// <param name="Files">The full set and the windows.</param>
public sealed record SnapshotManifest(
    Guid Generation, string Resource, DateTime SnapshotAt, DateTime? WindowsValidFrom, int MaxDepth, IReadOnlyList<SnapshotWindow> Files)
{
    private static readonly JsonSerializerOptions Json = new(IlDialect.Json) { WriteIndented = true };

    /// <summary>The member that identifies a record; null in manifests of earlier versions.</summary>
    public string? Key { get; init; }

    /// <summary>The removals; null when the resource has no windows, and in manifests of earlier versions.</summary>
    public SnapshotWindow? Removed { get; init; }

    public SnapshotWindow Window(int? depth) => Files.Single(window => window.Depth == depth);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    public static async Task<SnapshotManifest> Read(Stream json, CancellationToken ct) =>
        await JsonSerializer.DeserializeAsync<SnapshotManifest>(json, Json, ct)
            ?? throw new InvalidDataException("A manifest that is null.");
}

/// <summary><c>{resource}/current.json</c>: which snapshot is in service. Written last.</summary>
public sealed record SnapshotPointer(Guid Generation, DateTime SnapshotAt, string Manifest)
{
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, IlDialect.Json);

    public static async Task<SnapshotPointer> Read(Stream json, CancellationToken ct) =>
        await JsonSerializer.DeserializeAsync<SnapshotPointer>(json, IlDialect.Json, ct)
            ?? throw new InvalidDataException("A pointer that is null.");
}
