namespace Esoz.MediaStorage;

/// <summary>
/// Headers of an upload that change what a store does with it. The embedded store honours <c>Content-MD5</c> and refuses the others: to
/// store the content as if they were not there would not be what the client asked for (media-storage §6).
/// </summary>
internal static class UploadHeaders
{
    private const int Md5Length = 16;
    private const string Md5 = "Content-MD5";
    private const string Sha256 = "x-amz-content-sha256";

    /// <summary>Headers of stores that begin so change how content is stored.</summary>
    private static readonly string[] StorePrefixes = ["x-amz-", "x-goog-", "x-ms-"];

    /// <summary>These do not.</summary>
    private static readonly string[] Harmless = ["x-amz-date", "x-amz-user-agent", "x-ms-date", "x-ms-version", "x-ms-client-request-id"];

    /// <summary>Why the upload is refused before its content is read; null when it is not.</summary>
    /// <param name="md5">Digest of <c>Content-MD5</c>, hexadecimal; null when it is not sent.</param>
    public static Refusal? Read(IHeaderDictionary headers, out string? md5)
    {
        md5 = null;
        if (headers.ContentRange.Count > 0)
            return Refusal.OfHeader(
                RefusalKind.Malformed, "Content-Range", "Content-Range is not allowed: an upload replaces the whole object");
        if (headers[Sha256].Any(value => value?.StartsWith("STREAMING-", StringComparison.OrdinalIgnoreCase) == true))
            return Unsupported(Sha256, "aws-chunked content is not supported: send the content as it is");
        if (headers.ContentEncoding.FirstOrDefault(value => value is { Length: > 0 } && !IsIdentity(value)) is { } coding)
            return Unsupported("Content-Encoding", coding.Contains("aws-chunked", StringComparison.OrdinalIgnoreCase)
                ? "aws-chunked content is not supported: send the content as it is"
                : "Content-Encoding is not supported: the content is stored and sent as it is");
        foreach (var (name, value) in headers)
        {
            if (IsOfStore(name) && !(IsSha256(name) && value == "UNSIGNED-PAYLOAD"))
                return Unsupported(name, $"{name.ToLowerInvariant()} is not supported");
        }
        if (headers.ContentMD5.Count == 0)
            return null;
        var digest = new byte[Md5Length];
        if (headers.ContentMD5 is not [{ } text] || !Convert.TryFromBase64String(text, digest, out var length) || length != Md5Length)
            return Refusal.OfHeader(RefusalKind.Malformed, Md5, "Content-MD5 is not a digest of 16 bytes in base64");
        md5 = Convert.ToHexStringLower(digest);
        return null;
    }

    /// <summary>The content is not the one whose digest was sent.</summary>
    public static Refusal OtherContent { get; } =
        Refusal.OfHeader(RefusalKind.Malformed, Md5, "Content-MD5 is not the digest of the content");

    private static bool IsIdentity(string coding) => coding.Equals("identity", StringComparison.OrdinalIgnoreCase);

    private static bool IsSha256(string name) => name.Equals(Sha256, StringComparison.OrdinalIgnoreCase);

    private static bool IsOfStore(string name) =>
        StorePrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        && !Harmless.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static Refusal Unsupported(string header, string message) => Refusal.OfHeader(RefusalKind.NotImplemented, header, message);
}
