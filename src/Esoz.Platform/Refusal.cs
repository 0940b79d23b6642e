namespace Esoz.Platform;

/// <summary>
/// The reason why a request is refused: an expected answer, returned and never thrown. It does not depend on HTTP; the dialect of the
/// method's family (<see cref="Http.Dialect"/>) turns its kind into status, type and envelope. Source: platform §7.
/// </summary>
/// <param name="Kind">Kind of refusal.</param>
/// <param name="Message">Literal text of the page; null to use the fixed text of the kind.</param>
public sealed record Refusal(RefusalKind Kind, string? Message = null)
{
    /// <summary>Parts of the request that caused the refusal.</summary>
    public IReadOnlyList<Invalid> Invalid { get; init; } = [];

    /// <summary>Business code and name, for families that answer with codes (compositions §10).</summary>
    public RefusalCode? Code { get; init; }

    /// <summary><c>error.type</c> of the IL namespace where the page names another than that of the kind (sign-in §3).</summary>
    public string? Type { get; init; }

    /// <summary>Number of the rule on its page, for the log; null when the refusal comes from no numbered rule.</summary>
    public string? RuleNumber { get; init; }

    /// <summary>What the rule looked at, for the refusal log and <c>request show</c>; never sent (<see cref="Validation.Seen"/>).</summary>
    public string? Seen { get; init; }

    /// <summary>Time after which the caller may retry.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>413 (platform §7).</summary>
    public static Refusal TooLarge { get; } = new(RefusalKind.TooLarge) { Invalid = [new("request", null, [new Rule("size")])] };

    /// <summary>A header that cannot be accepted, named in <c>invalid</c>.</summary>
    public static Refusal OfHeader(RefusalKind kind, string header, string message) => new(kind, message)
    {
        Invalid = [new("header", header, [Rule.Business(message)])],
    };

    public static Refusal Unauthenticated(string message) => new(RefusalKind.Unauthenticated, message);

    /// <summary>401 with a type of its own.</summary>
    public static Refusal Unauthenticated(string type, string message) => Unauthenticated(message) with { Type = type };

    public static Refusal Forbidden(string message) => new(RefusalKind.Forbidden, message);

    /// <summary>404, with the JSON path of the unresolved reference when the page specifies one (platform §7.2).</summary>
    public static Refusal NotFound(string message = "Not found", string? path = null) => At(RefusalKind.NotFound, message, path);

    /// <summary>409, with the JSON path when the page specifies one (platform §7.2).</summary>
    public static Refusal Conflict(string message, string? path = null) => At(RefusalKind.Conflict, message, path);

    /// <summary>422 of a business rule: the text is in the rule's description, the message is the fixed one (platform §7.2).</summary>
    public static Refusal Unprocessable(string description, string path) =>
        new(RefusalKind.Unprocessable) { Invalid = [Platform.Invalid.Property(path, Rule.Business(description))] };

    /// <summary>422 with one entry per fault.</summary>
    public static Refusal Unprocessable(params IReadOnlyList<Invalid> faults) => new(RefusalKind.Unprocessable) { Invalid = faults };

    private static Refusal At(RefusalKind kind, string message, string? path) => new(kind, message)
    {
        Invalid = path is null ? [] : [Platform.Invalid.Property(path, Rule.Business(message))],
    };
}

/// <summary>Kinds of refusal. Each dialect has one switch over them; a missing arm is a compile error.</summary>
public enum RefusalKind
{
    /// <summary>Body or query is not well-formed.</summary>
    Malformed,
    Unauthenticated,
    Forbidden,
    NotFound,
    Conflict,
    LengthRequired,
    /// <summary>A condition that the caller set does not hold.</summary>
    PreconditionFailed,
    TooLarge,
    UnsupportedMediaType,
    RangeNotSatisfiable,
    /// <summary>Well-formed, but violates a schema or a business rule.</summary>
    Unprocessable,
    TooManyRequests,
    /// <summary>An unexpected fault of the server; details are only in the log.</summary>
    Fault,
    /// <summary>The request asks for something that this program does not do.</summary>
    NotImplemented,
    NotReady,
    StorageFull,
}

/// <summary>Business code of a refusal, e.g. 1000 COMPOSITION_NOT_FOUND_404.</summary>
public readonly record struct RefusalCode(int Number, string Name);

/// <summary>One invalid part of the request (platform §7).</summary>
/// <param name="EntryType">json_data_property, query_parameter, header or request.</param>
/// <param name="Entry">JSON path ($.a.b[0].c), bare parameter name or header name; null for the whole request.</param>
/// <param name="Rules">Rules that it breaks; null when the page lists none.</param>
public sealed record Invalid(string EntryType, string? Entry, IReadOnlyList<Rule>? Rules)
{
    public static Invalid Property(string path, Rule rule) => new("json_data_property", path, [rule]);

    public static Invalid Query(string name, Rule rule) => new("query_parameter", name, [rule]);
}

/// <summary>One broken rule (platform §7.1). Params is an array or an object, serialized unchanged.</summary>
public sealed record Rule(string Name, string? Description = null, object? Params = null, string? RawDescription = null)
{
    public static Rule Business(string description) => new("invalid", description, Array.Empty<string>());
}
