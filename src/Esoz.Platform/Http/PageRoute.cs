namespace Esoz.Platform.Http;

/// <summary>
/// A page for people: a route that answers HTML. It has no credentials in headers, so the gateway does not check it; what it demands, such
/// as a session in a cookie, its <see cref="Handle"/> checks.
/// </summary>
/// <param name="Id">Name of the page in logs and metrics.</param>
/// <param name="Path">Route template.</param>
/// <param name="Verb">HTTP verb in upper case; GET also answers HEAD.</param>
public sealed record PageRoute(string Id, string Verb, string Path)
{
    /// <summary>Method group; returns a result or a task of it.</summary>
    public required Delegate Handle { get; init; }

    public IEnumerable<string> Verbs => Verb == HttpMethods.Get ? [HttpMethods.Get, HttpMethods.Head] : [Verb];
}

/// <summary>How a fault is answered on the route of a page; elsewhere it is the envelope of the family.</summary>
public sealed record FaultPage(Func<HttpContext, Refusal, Task> Write);
