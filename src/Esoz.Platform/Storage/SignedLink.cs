namespace Esoz.Platform.Storage;

/// <summary>A link parsed by a signer: its parts, and what its signature proves.</summary>
public sealed record SignedLink
{
    /// <summary>Name of the bucket in the store; null when the path has none.</summary>
    public string? Bucket { get; init; }

    /// <summary>Null when the path has no key that can have been issued.</summary>
    public ObjectKey? Key { get; init; }

    /// <summary>Only the signature determines the verb: null when it was created with another key, or for another object or time.</summary>
    public string? Verb { get; init; }

    /// <summary>Who asked for a link of the embedded store that writes; null otherwise.</summary>
    public LinkHolder? Holder { get; init; }

    /// <summary>Last second in which the link is valid, Unix time; null when it has no expiry.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>
    /// The first part that differs from a link of this signer; null when the signature proves bucket, key, verb and expiry.
    /// </summary>
    public LinkFault? Fault { get; init; }
}

/// <summary>What is wrong with a link, without information that would help an unauthorized caller to fix it.</summary>
/// <param name="Part">The query parameter, or <c>address</c>, <c>path</c>, <c>verb</c>, <c>expiry</c>, <c>bucket</c>, <c>object</c>,
/// <c>store</c>.</param>
/// <param name="Text">Continues a sentence after the part's name: <c>is missing</c>.</param>
public sealed record LinkFault(string Part, string Text)
{
    public override string ToString() => $"{Part} {Text}";
}
