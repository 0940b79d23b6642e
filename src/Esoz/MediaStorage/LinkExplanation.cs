using System.Globalization;
using Esoz.Platform.Storage;

namespace Esoz.MediaStorage;

/// <summary>Meaning of a link, and why a request with it would fail. Contains no secrets: neither keys nor the signature.</summary>
public sealed class LinkExplanation
{
    private LinkExplanation(SignedLink link, bool wasChecked, ObjectInfo? found, IReadOnlyList<LinkFault> reasons) =>
        (Link, WasChecked, Object, Reasons) = (link, wasChecked, found, reasons);

    /// <summary>Content of the link and result of the signature check.</summary>
    public SignedLink Link { get; }

    /// <summary>Whether the object was looked up in the store.</summary>
    public bool WasChecked { get; }

    /// <summary>The object of the link; null when it is absent or was not looked up.</summary>
    public ObjectInfo? Object { get; }

    /// <summary>Why it would be refused; empty = it works.</summary>
    public IReadOnlyList<LinkFault> Reasons { get; }

    public bool Works => Reasons.Count == 0;

    /// <param name="bucket">The only bucket for which links are issued.</param>
    /// <param name="away">Why the store is not available; null when it is.</param>
    public static async Task<LinkExplanation> Of(
        SignedLink link, Bucket bucket, IObjectStore store, StoreFault? away, DateTimeOffset now, CancellationToken ct)
    {
        List<LinkFault> reasons = [];
        if (link.Fault is { } fault)
            reasons.Add(fault);
        // In its last second it is reported as expired.
        if (link.ExpiresAt <= now.ToUnixTimeSeconds())
            reasons.Add(new("expiry", $"passed {Span(now.ToUnixTimeSeconds() - link.ExpiresAt.Value)} ago"));
        if (link.Bucket is not null && link.Bucket != bucket.Physical)
            reasons.Add(new("bucket", $"is not the bucket of contract files, {bucket.Physical}"));
        if (away is not null)
            reasons.Add(new("store", $"cannot be checked: {away.Found} → {away.Advice}"));
        if (away is not null || link.Bucket != bucket.Physical || link.Key is null)
            return new(link, false, null, reasons);
        var found = await store.Find(bucket, link.Key, ct);
        if (found is null && link.Verb is not (null or "PUT"))
            reasons.Add(new("object", "does not exist"));
        return new(link, true, found, reasons);
    }

    /// <summary>A number of seconds formatted in its two largest units.</summary>
    public static string Span(long seconds) => TimeSpan.FromSeconds(seconds) switch
    {
        { Days: > 0 } span => string.Create(CultureInfo.InvariantCulture, $"{span.Days} d {span.Hours} h"),
        { Hours: > 0 } span => string.Create(CultureInfo.InvariantCulture, $"{span.Hours} h {span.Minutes} min"),
        { Minutes: > 0 } span => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s"),
        var span => string.Create(CultureInfo.InvariantCulture, $"{span.Seconds} s"),
    };
}
