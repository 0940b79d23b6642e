namespace Esoz.Platform.Storage;

/// <summary>
/// Signs links that permit their holder to read or write one object for a limited time, and parses them, without network calls. Two
/// implementations, one per backend: <see cref="EmbeddedLinkSigner"/> and <see cref="S3LinkSigner"/>.
/// </summary>
public interface ILinkSigner
{
    /// <param name="serverBase">Scheme, host and port by which the caller reached this server; for links that the server serves
    /// itself.</param>
    /// <returns>The link as text; passing it through a URI object might decode it.</returns>
    string Sign(LinkGrant grant, string serverBase);

    /// <summary>Parses a link from any issuer, as far as it can be parsed.</summary>
    /// <param name="serverBase">As for <see cref="Sign"/>; empty = any.</param>
    SignedLink Read(LinkText link, string serverBase);
}

/// <summary>The permission that a link grants.</summary>
/// <param name="Verb"><c>GET</c> or <c>PUT</c>; neither permits the other.</param>
/// <param name="IssuedAt">Fractions of a second are ignored.</param>
/// <param name="Lifetime">Whole seconds, 1 … 604800.</param>
/// <param name="Holder">Who asked for the link.</param>
public sealed record LinkGrant(
    string Verb, Bucket Bucket, ObjectKey Key, DateTimeOffset IssuedAt, TimeSpan Lifetime, LinkHolder Holder)
{
    /// <summary>Last second in which the link is valid, Unix time.</summary>
    public long ExpiresAt => IssuedAt.ToUnixTimeSeconds() + LifetimeSeconds;

    public long LifetimeSeconds => (long)Lifetime.TotalSeconds;
}
