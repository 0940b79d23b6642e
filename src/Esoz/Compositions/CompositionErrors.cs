using Esoz.Platform;

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
    public static readonly Refusal AlreadyExistsForSubject =
        Error(1002, "COMPOSITION_ALREADY_EXISTS_FOR_SUBJECT", "Composition for a given subject already exists");

    public static Refusal Error(int code, string name, string message) =>
        new(RefusalKind.Unprocessable, message) { Code = new(code, name) };
}
