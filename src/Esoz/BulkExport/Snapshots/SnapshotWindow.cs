using System.Text.Json.Serialization;

namespace Esoz.BulkExport.Snapshots;

/// <summary>
/// One stored file of a snapshot: the full set, the rows changed in the last days, or the removals; with its length and digests.
/// </summary>
/// <param name="Depth">Days; null = full set or removals.</param>
/// <param name="Bytes">Length as stored.</param>
/// <param name="Sha256">Digest of the stored bytes, hexadecimal.</param>
/// <param name="PlainBytes">Length of the JSON array.</param>
/// <param name="PlainSha256">Digest of the JSON array, hexadecimal.</param>
public sealed record SnapshotWindow(int? Depth, long Rows, long Bytes, string Sha256, long PlainBytes, string PlainSha256)
{
    /// <summary>
    /// Separator of two records. No record contains a line break, so each is on its own line, and removing the brackets and the commas at
    /// line ends turns the array into NDJSON.
    /// </summary>
    public static ReadOnlySpan<byte> Separator => ",\n"u8;

    /// <summary>Digest of the records as NDJSON, hexadecimal; null in manifests of earlier versions.</summary>
    public string? LinesSha256 { get; init; }

    /// <summary>Whether its records say what was removed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsOfRemovals { get; init; }

    /// <summary>Length as NDJSON: every record but the last loses its comma, the last gets a line feed, the brackets go.</summary>
    [JsonIgnore]
    public long LinesBytes => Rows == 0 ? 0 : PlainBytes - Rows;

    /// <summary>Last segment of the object's key.</summary>
    public string File => $"{Name}.json.gz";

    private string Name => IsOfRemovals ? "removed" : Depth is null ? "full" : $"depth-{Depth}";

    /// <summary>Entity tag of the enveloped responses, if it were strong; unique per snapshot and file.</summary>
    public string TagIn(Snapshot snapshot) =>
        $"\"{snapshot.Generation:n}-{(IsOfRemovals ? "removed" : Depth?.ToString() ?? "full")}\"";

    /// <summary>Entity tag of NDJSON responses with these bytes.</summary>
    public string TagIn(Snapshot snapshot, string sha256) => $"{TagIn(snapshot)[..^1]}-{sha256[..16]}\"";
}
