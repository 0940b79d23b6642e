using Esoz.Platform.Journal;

namespace Esoz.Platform.Http;

/// <summary>
/// A page for people: a route that answers HTML. It has no credentials in headers, so of the gateway's checks it has the rate limit at
/// most; what it demands besides, such as a session in a cookie, its <see cref="Gate"/> or its <see cref="Handle"/> checks.
/// </summary>
/// <param name="Id">Name of the page in logs, metrics and the access journal.</param>
/// <param name="Path">Route template.</param>
/// <param name="Verb">HTTP verb in upper case; GET also answers HEAD.</param>
public sealed record PageRoute(string Id, string Verb, string Path)
{
    /// <summary>Method group; returns a result or a task of it.</summary>
    public required Delegate Handle { get; init; }

    /// <summary>Family whose rate limits the page has, for each address; null = none.</summary>
    public Family? Limits { get; init; }

    /// <summary>
    /// What the page asks of a request before it is handled, such as a session: the answer to a request that may not go on, null for one
    /// that may.
    /// </summary>
    public Func<HttpContext, Task<IResult?>>? Gate { get; init; }

    /// <summary>Whether it changes something, be it that a session begins: a read-only node does not answer it.</summary>
    public bool Changes { get; init; } = Verb != HttpMethods.Get;

    /// <summary>Whether what it shows may come from a read replica: <c>Handle</c> declares it by a parameter <see cref="ReadDatabase"/>.</summary>
    public bool MayLag => ReadDatabase.IsTakenBy(Handle);

    public IEnumerable<string> Verbs => Verb == HttpMethods.Get ? [HttpMethods.Get, HttpMethods.Head] : [Verb];

    /// <summary>A success goes into the access journal, with those whom <see cref="Identified"/> names. Await it before the answer.</summary>
    /// <param name="data">Records that it shows or has changed: an <see cref="IAccessedRecord"/> or several.</param>
    /// <exception cref="JournalException"/>
    public static Task Record(HttpContext context, int status, object? data = null) => AccessRecord.AnsweredByPage(context, status, data);

    /// <summary>
    /// A refusal that the page shows in its own way goes into log and journal, with the status of the same refusal elsewhere.
    /// </summary>
    public static void Record(HttpContext context, Refusal refusal) => Dialect.Of(context).Record(context, refusal);
}

/// <summary>How a fault is answered on the route of a page; elsewhere it is the envelope of the family.</summary>
public sealed record FaultPage(Func<HttpContext, Refusal, Task> Write);
