using System.Globalization;

namespace Esoz.Platform.Storage;

/// <summary>A link of an S3-compatible store, parsed as the store does before it recalculates the signature.</summary>
/// <param name="Link">Bucket, key, expiry, and the first fault that can be detected without the secret.</param>
/// <param name="CanonicalPath">Each segment encoded once; null when the path cannot be decoded.</param>
/// <param name="CanonicalQuery">Every parameter except the signature, encoded once, in alphabetical order.</param>
/// <param name="Instant">Timestamp as written in the link; well-formed when the link has an expiry.</param>
internal sealed record S3LinkParts(SignedLink Link, string? CanonicalPath, string CanonicalQuery, string Instant, string? Signature)
{
    private const string SignatureName = "X-Amz-Signature";
    private const long MaxLifetimeSeconds = 604800;

    private static readonly string[] Needed = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders",
        SignatureName];

    public static S3LinkParts Read(LinkText link, S3Options options)
    {
        var query = link.Query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Parameter).ToList();
        var values = Needed.ToDictionary(name => name, name => query.Where(it => it.Name == name).Select(it => it.Value).ToList());
        var first = values.ToDictionary(it => it.Key, it => it.Value.FirstOrDefault() ?? "");
        var segments = link.Path.Split('/').Skip(1).Select(PercentEncoding.Decode).ToList();
        var isPath = segments.All(segment => segment is not null);
        var expiry = Expiry(first["X-Amz-Date"], first["X-Amz-Expires"]);
        var read = new SignedLink
        {
            Bucket = segments is [{ Length: > 0 } bucket, ..] ? bucket : null,
            Key = isPath ? KeyOf([.. segments.Skip(1)]) : null,
            ExpiresAt = expiry,
        };
        return new(
            read with
            {
                Fault = values.Select(it => Missing(it.Key, it.Value.Count)).FirstOrDefault(missing => missing is not null)
                ?? Fault(first, read, options),
            },
            isPath ? $"/{string.Join('/', segments.Select(segment => PercentEncoding.Encode(segment!)))}" : null,
            string.Join('&', query.Where(it => it.Name != SignatureName)
                .Select(it => $"{PercentEncoding.Encode(it.Name)}={PercentEncoding.Encode(it.Value)}").Order(StringComparer.Ordinal)),
            first["X-Amz-Date"],
            values[SignatureName].SingleOrDefault());
    }

    private static LinkFault? Missing(string name, int count) => count switch
    {
        0 => new(name, "is missing"),
        1 => null,
        _ => new(name, "is there more than once"),
    };

    private static LinkFault? Fault(Dictionary<string, string> values, SignedLink read, S3Options options)
    {
        if (values["X-Amz-Algorithm"] != S3LinkSigner.Algorithm)
            return new("X-Amz-Algorithm", $"is not {S3LinkSigner.Algorithm}");
        if (read.ExpiresAt is null)
            return new(
                "X-Amz-Expires", $"or X-Amz-Date is of a wrong form: 1 … {MaxLifetimeSeconds} seconds from an instant like 20260302T100000Z");
        if (values["X-Amz-Credential"].Split('/') is not [var id, var day, var region, "s3", "aws4_request"]
            || day != values["X-Amz-Date"][..8])
            return new("X-Amz-Credential", "is not {access key}/{day of X-Amz-Date}/{region}/s3/aws4_request");
        if (id != options.AccessKeyId)
            return new("X-Amz-Credential", "names another access key than OBJECT_STORAGE_S3_ACCESS_KEY_ID");
        if (region != options.Region)
            return new("X-Amz-Credential", $"is for the region {region}, OBJECT_STORAGE_S3_REGION is {options.Region}");
        if (values["X-Amz-SignedHeaders"] != "host")
            return new("X-Amz-SignedHeaders", "names headers other than host: links of this registry sign only host");
        return read is { Bucket: not null, Key: not null } ? null : new("path", "is not /{bucket}/{resource_id}/{name}");
    }

    private static long? Expiry(string instant, string seconds) =>
        DateTime.TryParseExact(instant, S3LinkSigner.InstantFormat, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
        && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var life) && life is >= 1 and <= MaxLifetimeSeconds
            ? new DateTimeOffset(at).ToUnixTimeSeconds() + life
            : null;

    private static ObjectKey? KeyOf(string?[] segments) =>
        segments is [var folder, var name] && Guid.TryParseExact(folder, "D", out var id) && id.ToString() == folder
            && ObjectName.FromLink(PercentEncoding.Encode(name!)) is { } valid
            ? ObjectKey.Named(id, valid)
            : null;

    /// <summary>A value that is not correctly encoded is used unchanged: its signature will not match.</summary>
    private static (string Name, string Value) Parameter(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var (name, value) = equals < 0 ? (text, "") : (text[..equals], text[(equals + 1)..]);
        return (PercentEncoding.Decode(name) ?? name, PercentEncoding.Decode(value) ?? value);
    }
}
