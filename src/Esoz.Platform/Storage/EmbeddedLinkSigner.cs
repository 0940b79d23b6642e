using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Esoz.Platform.Storage;

/// <summary>
/// Links of the embedded store: <c>{public URL}/{bucket}/{folder}/{name}?X-Expires={unix}&amp;X-Signature={hex}</c>, signed with
/// HMAC-SHA256 (media-storage §6). A link that writes also has <c>X-Holder={client}.{user}</c>, signed like the rest, so that the upload
/// can be recorded with who asked for the link. Changing the key revokes links; the previous key can be kept until they have expired.
/// </summary>
/// <param name="publicUrl">Prefix of the links; empty = the server's own base and <see cref="DefaultPrefix"/>.</param>
public sealed partial class EmbeddedLinkSigner(string publicUrl, byte[] key, byte[]? previousKey) : ILinkSigner
{
    public const string DefaultPrefix = "/media";
    public const string Expires = "X-Expires";
    public const string Holder = "X-Holder";
    public const string Signature = "X-Signature";

    private const string Reading = "GET";
    private const string Writing = "PUT";

    public string Sign(LinkGrant grant, string serverBase)
    {
        var expires = grant.ExpiresAt.ToString(CultureInfo.InvariantCulture);
        var writes = grant.Verb == Writing;
        var signature = Mac(
            key, grant.Verb, expires, PathOf(grant.Bucket.Physical, grant.Key.Text), writes ? grant.Holder.ToString() : "");
        var holder = writes ? $"&{Holder}={grant.Holder}" : "";
        return $"{Prefix(serverBase)}/{grant.Bucket.Physical}/{grant.Key.Encoded}?{Expires}={expires}{holder}&{Signature}={signature}";
    }

    public SignedLink Read(LinkText link, string serverBase)
    {
        var address = link.Origin + link.Path;
        var prefix = Prefix(serverBase.Length > 0 ? serverBase : link.Origin);
        var isOurs = address.StartsWith($"{prefix}/", StringComparison.Ordinal);
        var query = QueryHelpers.ParseQuery(link.Query);
        // With another prefix, the last three segments are most likely the path.
        var path = isOurs ? address[prefix.Length..] : $"/{string.Join('/', link.Path.Split('/').TakeLast(3))}";
        var read = Read(
            path, query.GetValueOrDefault(Expires), query.GetValueOrDefault(Holder), query.GetValueOrDefault(Signature));
        return isOurs ? read : read with { Fault = new("address", $"does not begin with {prefix}/") };
    }

    /// <summary>Reads a link from the parts of a request.</summary>
    /// <param name="path">The part after the prefix, encoded.</param>
    public SignedLink Read(string path, StringValues expires, StringValues holder, StringValues signature)
    {
        var link = Locate(path) with
        {
            ExpiresAt = long.TryParse(expires.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var second) ? second : null,
        };
        if ((Missing(Expires, expires) ?? Missing(Signature, signature)) is { } missing)
            return link with { Fault = missing };
        if (link.ExpiresAt is null)
            return link with { Fault = new(Expires, "is no number of seconds") };
        if (link is not { Bucket: { } bucket, Key: { Name: { } name, Folder: { } folder } objectKey })
            return link;
        if (!SignatureForm().IsMatch(signature.ToString()))
            return link with { Fault = new(Signature, "is not 64 lower-case hexadecimal digits") };
        if (VerbOf(objectKey.Text) is { } verb)
            return link with { Verb = verb, Holder = verb == Writing ? LinkHolder.Parse(holder.ToString()) : null };
        // A caller with a valid signature for the name may learn how its client corrupted that name.
        return link with
        {
            Fault = PercentEncoding.Decode(name.Text) is { } once && VerbOf($"{folder}/{once}") is not null
                ? new("path", "is percent-encoded twice")
                : VerbOf($"{folder}/{name.Text.Replace('+', ' ')}") is not null ? new("path", "has a + where the link had %20")
                : new(Signature, $"was not made for this path and this {Expires} with the key of this registry"),
        };

        string? VerbOf(string keyText) =>
            SignedVerb(PathOf(bucket, keyText), expires.ToString(), holder.ToString(), signature.ToString());
    }

    /// <summary>The verb of the signature; null when it is not our signature for this object and time.</summary>
    /// <param name="path">Decoded, <c>/{bucket}/{folder}/{name}</c>.</param>
    internal string? SignedVerb(string path, string expires, string holder, string signature)
    {
        return IsSigned(Reading, "") ? Reading : holder.Length > 0 && IsSigned(Writing, holder) ? Writing : null;

        bool IsSigned(string verb, string by) => IsBy(key, verb, path, expires, by, signature)
            || (previousKey is not null && IsBy(previousKey, verb, path, expires, by, signature));
    }

    /// <summary>Bucket and key of a path of exactly three segments; a fault when such a path cannot have been issued.</summary>
    private static SignedLink Locate(string path)
    {
        if (path.Split('/') is not ["", var first, var folder, var name])
            return Wrong("is not /{bucket}/{resource_id}/{name}");
        var bucket = PercentEncoding.Decode(first);
        if (bucket is null || BucketName.Fault(bucket, StorageBackend.FileSystem, relaxed: false) is not null)
            return Wrong("has no name of a bucket in its first segment");
        if (!Guid.TryParseExact(folder, "D", out var id) || id.ToString() != folder)
            return Wrong("has no uuid in lower case as its second segment") with { Bucket = bucket };
        return ObjectName.FromLink(name) is { } valid
            ? new() { Bucket = bucket, Key = ObjectKey.Named(id, valid) }
            : Wrong("has no valid name as its third segment") with { Bucket = bucket };

        static SignedLink Wrong(string text) => new() { Fault = new("path", text) };
    }

    private static LinkFault? Missing(string name, StringValues values) => values switch
    {
        [] or [null or ""] => new(name, "is missing"),
        [_] => null,
        _ => new(name, "is there more than once"),
    };

    private string Prefix(string serverBase) => publicUrl.Length > 0 ? publicUrl : serverBase + DefaultPrefix;

    private static string PathOf(string bucket, string keyText) => $"/{bucket}/{keyText}";

    private static bool IsBy(byte[] secret, string verb, string path, string expires, string holder, string signature) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(Mac(secret, verb, expires, path, holder)), Encoding.UTF8.GetBytes(signature));

    /// <param name="holder">Empty for a link that reads. No path holds a line break, so no two links have one text to sign.</param>
    private static string Mac(byte[] secret, string verb, string expires, string path, string holder) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(
            secret, Encoding.UTF8.GetBytes($"{verb}\n{expires}\n{path}{(holder.Length > 0 ? "\n" : "")}{holder}")));

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex SignatureForm();
}
