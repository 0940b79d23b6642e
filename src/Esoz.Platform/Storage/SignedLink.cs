namespace Esoz.Platform.Storage;

/// <summary>A link as a signer reads it back: what it says, and what its signature proves.</summary>
public sealed record SignedLink
{
    /// <summary>Name of the bucket in the store; null when the path has none.</summary>
    public string? Bucket { get; init; }

    /// <summary>Null when the path has none that could have been issued.</summary>
    public ObjectKey? Key { get; init; }

    /// <summary>Only the signature knows the verb: null when it was made with another key, or for another object or time.</summary>
    public string? Verb { get; init; }

    /// <summary>Last second in which it works, Unix time; null when it does not say.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary>The first part that is not as the signer makes it; null when the signature proves bucket, key, verb and expiry.</summary>
    public LinkFault? Fault { get; init; }
}

/// <summary>What is wrong with a link, without anything that would help to put it right for somebody who may not.</summary>
/// <param name="Part">The query parameter, or <c>address</c>, <c>path</c>, <c>verb</c>, <c>expiry</c>, <c>bucket</c>, <c>object</c>,
/// <c>store</c>.</param>
/// <param name="Text">Goes on where the part's name ends: <c>is missing</c>.</param>
public sealed record LinkFault(string Part, string Text)
{
    public override string ToString() => $"{Part} {Text}";
}
