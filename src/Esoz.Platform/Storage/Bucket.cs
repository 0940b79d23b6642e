namespace Esoz.Platform.Storage;

/// <summary>
/// A bucket: the logical name that records and people use, and its physical name in the configured store (media-storage §4).
/// </summary>
public sealed record Bucket(string Logical, string Physical);
