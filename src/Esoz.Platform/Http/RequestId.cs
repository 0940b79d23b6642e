using System.Text.RegularExpressions;

namespace Esoz.Platform.Http;

/// <summary>
/// Assigns every request an id, kept in <see cref="HttpContext.TraceIdentifier"/>: the caller's <c>X-Request-ID</c> when it is well formed,
/// otherwise <c>{uuid of this process}#{n}</c> (platform §8). It is returned in the header of the same name and is written in every log
/// line.
/// </summary>
public sealed partial class RequestId(RequestDelegate next, ILogger<RequestId> log)
{
    public const string Header = "X-Request-ID";
    /// <summary>A header value cannot contain a line break, so <c>$</c> matches only its end.</summary>
    internal const string Pattern = "^[A-Za-z0-9#._:-]{1,128}$";

    private static readonly string Instance = Guid.NewGuid().ToString();
    private static long _count;

    public async Task InvokeAsync(HttpContext context)
    {
        var id = context.Request.Headers[Header] is [{ } given] && WellFormed().IsMatch(given) ? given : Next();
        context.TraceIdentifier = id;
        context.Response.Headers[Header] = id;
        using (log.BeginScope(new KeyValuePair<string, object?>[] { new("request_id", id) }))
            await next(context);
    }

    internal static string Next() => $"{Instance}#{Interlocked.Increment(ref _count)}";

    [GeneratedRegex(Pattern)]
    private static partial Regex WellFormed();
}
