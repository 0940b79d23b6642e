using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Esoz.Platform.Storage;

/// <summary>
/// Links of the embedded store: <c>{public URL}/{bucket}/{folder}/{name}?X-Expires={unix}&amp;X-Signature={hex}</c>, signed with HMAC-SHA256
/// (media-storage §6). Changing the key revokes links; the previous key may be kept for as long as they live.
/// </summary>
/// <param name="publicUrl">Prefix of the links; empty = the server's own base and <see cref="DefaultPrefix"/>.</param>
public sealed class EmbeddedLinkSigner(string publicUrl, byte[] key, byte[]? previousKey) : ILinkSigner
{
    public const string DefaultPrefix = "/media";
    public const string Expires = "X-Expires";
    public const string Signature = "X-Signature";

    private static readonly string[] Verbs = ["GET", "PUT"];

    public string Sign(LinkGrant grant, string serverBase)
    {
        var expires = grant.ExpiresAt.ToString(CultureInfo.InvariantCulture);
        var signature = Mac(key, grant.Verb, expires, $"/{grant.Bucket.Physical}/{grant.Key.Text}");
        var prefix = publicUrl.Length > 0 ? publicUrl : serverBase + DefaultPrefix;
        return $"{prefix}/{grant.Bucket.Physical}/{grant.Key.Encoded}?{Expires}={expires}&{Signature}={signature}";
    }

    /// <summary>The verb that the signature was made for; null when it was not made by us for this object and time.</summary>
    /// <param name="path">Decoded, <c>/{bucket}/{folder}/{name}</c>.</param>
    public string? SignedVerb(string path, string expires, string signature) =>
        Verbs.FirstOrDefault(verb => IsBy(key, verb, path, expires, signature) || (previousKey is not null && IsBy(previousKey, verb, path, expires, signature)));

    private static bool IsBy(byte[] secret, string verb, string path, string expires, string signature) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Mac(secret, verb, expires, path)), Encoding.UTF8.GetBytes(signature));

    private static string Mac(byte[] secret, string verb, string expires, string path) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{verb}\n{expires}\n{path}")));
}
