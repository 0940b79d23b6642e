namespace Esoz.Compositions;

/// <summary>
/// Business errors of the compositions (compositions §10). A synchronous error is HTTP 400 with this code, name and message; in a job it is
/// <c>links[0].error</c>. This class has those that several rules share.
/// </summary>
public static class CompositionErrors
{
    public static readonly Refusal NotFound = Refusal.NotFound("Composition not found") with
    {
        Code = new(1000, "COMPOSITION_NOT_FOUND_404"),
    };
    /// <summary>The same in a job.</summary>
    public static readonly Refusal NotFoundInJob = Error(1000, "COMPOSITION_NOT_FOUND_ERROR", "Composition not found");
    public static readonly Refusal AlreadyExistsForSubject =
        Error(1002, "COMPOSITION_ALREADY_EXISTS_FOR_SUBJECT", "Composition for a given subject already exists");

    /// <summary>In a job: what the order was accepted by has ended or was narrowed since.</summary>
    public static readonly Refusal AccessDenied = Error(403, "ACCESS_DENIED", "Access denied");
    public static readonly Refusal AuthorInvalid =
        Error(1820, "AUTHOR_INVALID", "Author must be an approved employee of the legal entity");

    public static readonly Refusal RelationInvalid = Error(1807, "RELATION_INVALID", "Invalid relation");
    public static readonly Refusal RelatedNotFinal =
        Error(1811, "RELATED_COMPOSITION_NOT_FINAL", "Related composition is not FINAL");

    public static Refusal Error(int code, string name, string message) =>
        new(RefusalKind.Unprocessable, message) { Code = new(code, name) };
}
