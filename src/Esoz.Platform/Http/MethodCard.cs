using Esoz.Platform.Schema;

namespace Esoz.Platform.Http;

/// <summary>
/// One page of the specification as data: what the router, the gateway, OpenAPI, the metrics and the tests need to know of a method.
/// The logic stands in the card's <c>Handle</c>, whose parameters are its dependencies.
/// </summary>
/// <param name="Id">Method API ID; a slug of the title where none is published. Also the file name of the page in <c>spec/</c>.</param>
/// <param name="Title">Title of the page.</param>
/// <param name="Verb">HTTP verb in upper case.</param>
/// <param name="Path">Route template, e.g. <c>/api/employee_roles/{id}/actions/deactivate</c>. Never with constraints: a malformed id is
/// the method's own 404.</param>
/// <param name="Family">Which credentials are demanded and which dialect answers (platform §1).</param>
/// <param name="Scopes">Every one of them is demanded (platform §2, check 7), unless <see cref="AnyScope"/>.</param>
public sealed record MethodCard(string Id, string Title, string Verb, string Path, Family Family, params IReadOnlyList<string> Scopes)
{
    /// <summary>Method group of the card's <c>Handle</c>; returns <see cref="Reply"/> or a task of it.</summary>
    public required Delegate Handle { get; init; }

    /// <summary>Purpose in one sentence (the page's own), summary of the OpenAPI operation.</summary>
    public required string Purpose { get; init; }

    /// <summary>One of the scopes is enough.</summary>
    public bool AnyScope { get; init; }

    /// <summary>The page's numbered checks in the page's order.</summary>
    public IReadOnlyList<Validation> Validations { get; init; } = [];

    /// <summary>Of a method that starts a job: the numbered rules of its task, each with the error that the job then ends with.</summary>
    public IReadOnlyList<Validation> JobErrors { get; init; } = [];

    /// <summary>Schema of the body; null when the method takes none (a sent body is then ignored).</summary>
    public JsonSchema? Body { get; init; }

    /// <summary>Largest body in bytes (platform §10).</summary>
    public int BodyLimit { get; init; } = 1024 * 1024;

    /// <summary>Takes <see cref="Idempotency.Header"/>; its <c>Handle</c> writes through <see cref="Work"/>.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>Status of success.</summary>
    public int Success { get; init; } = StatusCodes.Status200OK;

    /// <summary>Type of <c>data</c> in the answer, for OpenAPI.</summary>
    public Type? Answer { get; init; }

    /// <summary>The answer is the object or the list itself, without an envelope.</summary>
    public bool IsBare { get; init; }

    /// <summary>Query parameters, in the order in which their faults are listed.</summary>
    public IReadOnlyList<QueryParameter> Query { get; init; } = [];

    /// <summary>GET routes answer HEAD too (platform §1).</summary>
    public IEnumerable<string> Verbs => Verb == HttpMethods.Get ? [HttpMethods.Get, HttpMethods.Head] : [Verb];
}

/// <summary>Families of methods (platform §1): the credentials they demand, in order, and the dialect they speak.</summary>
public enum Family
{
    /// <summary>Bearer token → api-key of BROKER clients → scope; IL envelope.</summary>
    IlMis,
    /// <summary>Api-key → bearer token → scope; IL envelope.</summary>
    IlAdmin,
    /// <summary>Api-key → scope, no token; bulk envelope.</summary>
    PisBulk,
    /// <summary>As <see cref="IlMis"/>; MC shapes.</summary>
    Mc,
    /// <summary>No credentials; IL envelope.</summary>
    Open,
}
