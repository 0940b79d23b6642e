namespace Esoz.BulkExport.Snapshots;

/// <summary>One stored file of a snapshot: the full set, or the rows changed in the last days, and its length and digests.</summary>
/// <param name="Depth">Days; null = full set.</param>
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

    /// <summary>Last segment of the object's key.</summary>
    public string File => Depth is null ? "full.json.gz" : $"depth-{Depth}.json.gz";

    /// <summary>Entity tag of the enveloped responses; unique per snapshot and depth.</summary>
    public string TagIn(Snapshot snapshot) => $"\"{snapshot.Generation:n}-{Depth?.ToString() ?? "full"}\"";
}
