using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Platform.Database;
using Esoz.Platform.Schema;

namespace Esoz.Platform.Http;

/// <summary>
/// One page of the specification as data: what the router, the gateway, OpenAPI, the metrics and the tests need to know about a method. The
/// logic is in the card's <c>Handle</c>, whose parameters are its dependencies.
/// </summary>
/// <param name="Id">Method API ID, or a slug of the title if none is published. Also the file name of the page in <c>spec/</c>.</param>
/// <param name="Title">Title of the page.</param>
/// <param name="Verb">HTTP verb in upper case.</param>
/// <param name="Path">Route template, e.g. <c>/api/employee_roles/{id}/actions/deactivate</c>. Never with constraints: the method itself
/// answers 404 for a malformed id.</param>
/// <param name="Family">Determines the required credentials and the dialect of the answer (platform §1).</param>
/// <param name="Scopes">All of them are required (platform §2, check 7), unless <see cref="AnyScope"/> is set.</param>
public sealed record MethodCard(string Id, string Title, string Verb, string Path, Family Family, params IReadOnlyList<string> Scopes)
{
    /// <summary>Method group of the card's <c>Handle</c>; returns <see cref="Reply"/> or a task of it.</summary>
    public required Delegate Handle { get; init; }

    /// <summary>Name of the method for generators of clients: that of the card, such as <c>deactivateEmployeeRole</c>.</summary>
    public string OperationId => JsonNamingPolicy.CamelCase.ConvertName(Handle.Method.DeclaringType!.Name);

    /// <summary>Purpose in one sentence, as on the page; the summary of the OpenAPI operation.</summary>
    public required string Purpose { get; init; }

    /// <summary>
    /// Whether request or answer say something about one human being, patient or employee: such an answer is sent only when the access
    /// journal has its row (platform §13a). Data of organisations, codes and states of jobs are not personal.
    /// </summary>
    public required bool HasPersonalData { get; init; }

    /// <summary>Parameters of path or query that name the patient, for the access journal.</summary>
    public IReadOnlyList<string> PersonParameters { get; init; } = [];

    /// <summary>Whether the answer may come from a read replica: <c>Handle</c> declares it by a parameter <see cref="ReadDatabase"/>.</summary>
    public bool MayLag => ReadDatabase.IsTakenBy(Handle);

    /// <summary>
    /// Whether the caller may know of a change by the answer, and must find it in lists from then on: every write, and a read that tells
    /// how a job has ended.
    /// </summary>
    public bool TellsOfChanges { get; init; } = Verb != HttpMethods.Get;

    /// <summary>Any one of the scopes is sufficient.</summary>
    public bool AnyScope { get; init; }

    /// <summary>The page's numbered checks in the page's order.</summary>
    public IReadOnlyList<Validation> Validations { get; init; } = [];

    /// <summary>
    /// For a write whose only values are the caller and the id in its path: the rules that it would break now (<see cref="Guard.Explain"/>).
    /// Null when the rules need more than the access journal has.
    /// </summary>
    public Func<PostgresDatabase, AskedWrite, CancellationToken, Task<IReadOnlyList<BrokenRule>>>? BrokenNow { get; init; }

    /// <summary>For a method that starts a job: the numbered rules of its task, each with the resulting error of the job.</summary>
    public IReadOnlyList<Validation> JobErrors { get; init; } = [];

    /// <summary>Schema of the body; null when the method has no body (a sent body is ignored).</summary>
    public JsonSchema? Body { get; init; }

    /// <summary>Largest body in bytes (platform §10).</summary>
    public int BodyLimit { get; init; } = Family == Family.SignIn ? 64 * 1024 : 1024 * 1024;

    /// <summary>For a method of SIGN-IN: which bearer token it takes.</summary>
    public SignInBearer Bearer { get; init; }

    /// <summary>Accepts <see cref="Idempotency.Header"/>; its <c>Handle</c> writes through <see cref="Work"/>.</summary>
    public bool IsIdempotent { get; init; }

    /// <summary>HTTP status of success.</summary>
    public int Success { get; init; } = StatusCodes.Status200OK;

    /// <summary>
    /// Type of <c>data</c> in the answer, for OpenAPI: for a list <c>IReadOnlyList&lt;T&gt;</c>; null for a download of records.
    /// </summary>
    public Type? Answer { get; init; }

    /// <summary>Type of the member <c>urgent</c>, the last of the answer; null when the page names none.</summary>
    public Type? Urgent { get; init; }

    /// <summary>
    /// For a bulk method, whose records have no C# type: their schema, in which stored JSON is left open, for OpenAPI. A function, because
    /// a card is made before the resource that stands below it.
    /// </summary>
    public Func<JsonObject>? Records { get; init; }

    /// <summary>For a bulk method that answers removals too: the schema of one, the same for all of them.</summary>
    public Func<JsonObject>? Removals { get; init; }

    /// <summary>Query parameters, in the order in which their faults are listed.</summary>
    public IReadOnlyList<QueryParameter> Query { get; init; } = [];

    /// <summary>A further verb under which the method is answered (sign-in §2).</summary>
    public string? OtherVerb { get; init; }

    /// <summary>GET routes also answer HEAD (platform §1).</summary>
    public IEnumerable<string> Verbs =>
        new[] { Verb, Verb == HttpMethods.Get ? HttpMethods.Head : null, OtherVerb }.OfType<string>();
}

/// <summary>What the access journal has of a write.</summary>
/// <param name="Id">In the path.</param>
public sealed record AskedWrite(Guid Id, Guid ClientId, Guid UserId);

/// <summary>Families of methods (platform §1): the required credentials, in order, and the dialect.</summary>
public enum Family
{
    /// <summary>Bearer token → api-key of BROKER clients → scope; IL envelope.</summary>
    IlMis,
    /// <summary>Api-key → bearer token → scope; IL envelope.</summary>
    IlAdmin,
    /// <summary>Api-key → scope, no token; bulk envelope.</summary>
    PisBulk,
    /// <summary>Credentials as for <see cref="IlMis"/>; MC format.</summary>
    Mc,
    /// <summary>Bearer token as for <see cref="IlMis"/>, or an api-key alone as for <see cref="PisBulk"/>; IL envelope.</summary>
    Events,
    /// <summary>No credentials; IL envelope.</summary>
    Open,
    /// <summary>What each method demands (<see cref="MethodCard.Bearer"/>); IL envelope with <c>urgent</c> (sign-in §3).</summary>
    SignIn,
}

/// <summary>Bearer tokens of the methods of SIGN-IN.</summary>
public enum SignInBearer
{
    /// <summary>None: who calls is said in the body.</summary>
    None,
    /// <summary>An access_token, which the gateway checks as it does for other families, with the scopes of the method.</summary>
    AccessToken,
    /// <summary>A token of any name: the method itself checks it, where its page says so (<see cref="PresentedBearer"/>).</summary>
    Own,
    /// <summary>The same, for some requests of the method only.</summary>
    OwnOrNone,
}
