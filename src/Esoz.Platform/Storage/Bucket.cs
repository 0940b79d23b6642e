namespace Esoz.Platform.Storage;

/// <summary>A bucket: the name that records and people use, and the name it has in the configured store (media-storage §4).</summary>
public sealed record Bucket(string Logical, string Physical);
