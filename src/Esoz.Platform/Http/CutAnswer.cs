namespace Esoz.Platform.Http;

/// <summary>
/// The connection ended before the answer was complete. Whoever notices or causes it records this in the request's features.
/// </summary>
/// <param name="Status">Counted instead of the status that was sent.</param>
/// <param name="Reason">Why the server closed the connection; null when the client did.</param>
public sealed record CutAnswer(int Status, string? Reason)
{
    /// <summary>
    /// The client took, or sent, no byte for <c>ESOZ_STALLED_READER_SECONDS</c>, or was slower than the web server allows.
    /// </summary>
    public const string Stalled = "stalled";

    /// <summary>A fault after the first byte of the answer.</summary>
    public const string Fault = "fault";

    /// <summary>Status of a request whose client closed the connection.</summary>
    public const int ClientClosedRequest = 499;

    /// <summary>Records it, unless something is recorded already, which is then the cause.</summary>
    public static void Record(HttpContext context, int status, string? reason)
    {
        if (context.Features.Get<CutAnswer>() is null)
            context.Features.Set(new CutAnswer(status, reason));
    }
}
