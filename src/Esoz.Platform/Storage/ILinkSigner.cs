namespace Esoz.Platform.Storage;

/// <summary>
/// Signs links that let their holder read or write one object for a while, and reads them back, without any call over the network. Two
/// implementations, one per backend: <see cref="EmbeddedLinkSigner"/> and <see cref="S3LinkSigner"/>.
/// </summary>
public interface ILinkSigner
{
    /// <param name="serverBase">Scheme, host and port under which the caller reached this server; for links that it serves itself.</param>
    /// <returns>The link as text; passing it through a URI object might decode it.</returns>
    string Sign(LinkGrant grant, string serverBase);

    /// <summary>Reads a link back, whoever made it, as far as it can be read.</summary>
    /// <param name="serverBase">As for <see cref="Sign"/>; empty = any.</param>
    SignedLink Read(LinkText link, string serverBase);
}

/// <summary>What a link permits.</summary>
/// <param name="Verb"><c>GET</c> or <c>PUT</c>; the one does not open the other.</param>
/// <param name="IssuedAt">Fractions of a second do not count.</param>
/// <param name="Lifetime">Whole seconds, 1 … 604800.</param>
public sealed record LinkGrant(string Verb, Bucket Bucket, ObjectKey Key, DateTimeOffset IssuedAt, TimeSpan Lifetime)
{
    /// <summary>Last second in which the link works, Unix time.</summary>
    public long ExpiresAt => IssuedAt.ToUnixTimeSeconds() + LifetimeSeconds;

    public long LifetimeSeconds => (long)Lifetime.TotalSeconds;
}
