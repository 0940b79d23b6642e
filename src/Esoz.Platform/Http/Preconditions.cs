using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Esoz.Platform.Http;

/// <summary>
/// Conditional requests (RFC 9110 §13): decides from the headers of a request and the <see cref="Validators"/> of what is there now. Every
/// route that has validators asks here.
/// </summary>
public static class Preconditions
{
    /// <summary>A precondition of the request is false (412).</summary>
    public static readonly Refusal Failed = new(RefusalKind.PreconditionFailed);

    /// <summary>Evaluates the preconditions in the order of RFC 9110 §13.2.2.</summary>
    /// <param name="current">Of the current representation; null when there is none.</param>
    public static Verdict Evaluate(HttpRequest request, Validators? current)
    {
        var headers = request.Headers;
        var isRead = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (headers.IfMatch.Count > 0)
        {
            if (!Names(headers.IfMatch, current, isStrong: true))
                return Verdict.Failed;
        }
        else if (current?.IsUnmodifiedSince(Date(headers.IfUnmodifiedSince)) == false)
        {
            return Verdict.Failed;
        }
        if (headers.IfNoneMatch.Count > 0)
        {
            if (Names(headers.IfNoneMatch, current, isStrong: false))
                return isRead ? Verdict.NotModified : Verdict.Failed;
        }
        else if (isRead && current?.IsUnmodifiedSince(Date(headers.IfModifiedSince)) == true)
        {
            return Verdict.NotModified;
        }
        return Verdict.Hold;
    }

    /// <summary>
    /// Whether a range of the current representation may be sent: there is no <c>If-Range</c>, or it is its strong tag. A date never
    /// matches: two versions may share a second, and RFC 9110 §13.1.5 lets a client send a date only if it got no tag.
    /// </summary>
    public static bool AllowRange(HttpRequest request, Validators current) => request.Headers.IfRange switch
    {
        [] => true,
        [{ } tag] => current.IsStrong && tag.Trim() == current.Tag,
        _ => false,
    };

    /// <summary>Whether a list of entity tags, or <c>*</c>, names the current representation (RFC 9110 §8.8.3.2).</summary>
    private static bool Names(StringValues header, Validators? current, bool isStrong)
    {
        if (current is null)
            return false;
        // Almost always it is the single tag that was sent.
        if (header is [{ } only] && only == current.Tag)
            return !isStrong || current.IsStrong;
        return EntityTagHeaderValue.TryParseList(header, out var tags)
            && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(EntityTagHeaderValue.Parse(current.Tag), isStrong));
    }

    /// <summary>Null when the header is absent, repeated or not a date: it is ignored then.</summary>
    private static DateTimeOffset? Date(StringValues header) =>
        header is [{ } text] && HeaderUtilities.TryParseDate(text, out var date) ? date : null;
}

/// <summary>What the preconditions of a request say.</summary>
public enum Verdict
{
    /// <summary>Carry the request out.</summary>
    Hold,
    /// <summary>304: the client has the current representation.</summary>
    NotModified,
    /// <summary>412.</summary>
    Failed,
}

/// <summary>Validators of a representation (RFC 9110 §8.8).</summary>
/// <param name="Tag">Entity tag as sent, with quotes; <c>W/</c> before it when the bytes may differ.</param>
/// <param name="LastModified">As sent in that header, where fractions of the second are lost; null = not sent, and dates are
/// ignored.</param>
public sealed record Validators(string Tag, DateTimeOffset? LastModified = null)
{
    /// <summary>
    /// Instant from which no client can have got an earlier representation; null = that of <see cref="LastModified"/>. It is later where
    /// something is put into service long after the instant of its data.
    /// </summary>
    public DateTimeOffset? ServedSince { get; init; }

    public bool IsStrong => Tag[0] == '"';

    /// <summary>Null when there is nothing to compare. The date as sent is always that of the current representation.</summary>
    internal bool? IsUnmodifiedSince(DateTimeOffset? date) => date is null || LastModified is not { } modified ? null
        : date == WholeSecond(modified) || date > (ServedSince ?? WholeSecond(modified));

    public void Write(HttpResponse response)
    {
        response.Headers.ETag = Tag;
        if (LastModified is { } modified)
            response.Headers.LastModified = HeaderUtilities.FormatDate(modified);
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset instant) => instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerSecond));
}
