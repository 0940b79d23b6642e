using Esoz.Platform.Schema;

namespace Esoz.Compositions;

/// <summary>API-006-001-001-0212 signComposition (compositions §5).</summary>
public static class SignComposition
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(SignComposition));

    public static readonly MethodCard Card = new("API-006-001-001-0212", "signComposition",
        "PATCH", "/api/patients/composition/{compositionId}/sign", Family.Mc, "composition:sign")
    {
        Purpose = "Schedules a job that makes a PRELIMINARY composition FINAL, signed by its author",
        Handle = Handle,
        HasPersonalData = true,
        Body = Schema,
        BodyLimit = SignedOrders.BodyLimit,
        Validations = [SignedOrders.DataIsBase64, SignedOrders.CompositionIsOwn, SignedOrders.FewAreWaiting],
        JobErrors = SignCompositionTask.Errors,
        Answer = typeof(AsyncJob),
    };

    public static async Task<Reply> Handle(
        Caller caller, PathId compositionId, Body body, HttpRequest http, PostgresDatabase database, AsyncJobs jobs, CancellationToken ct)
    {
        using var turn = await SignedOrders.TurnFor(body, ct);

        // Validation 1
        if (!body.Matches<SignedOrders.Request>(Schema, out var request, out var malformed))
            return malformed;

        return await SignedOrders.Schedule(SignCompositionTask.Type, request, caller, compositionId, body, http, database, jobs, ct);
    }
}
