using Esoz.Platform.Schema;

namespace Esoz.Compositions;

/// <summary>API-006-001-001-0213 cancelComposition (compositions §6).</summary>
public static class CancelComposition
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(CancelComposition));

    public static readonly MethodCard Card = new("API-006-001-001-0213", "cancelComposition",
        "PATCH", "/api/patients/composition/{compositionId}/cancel", Family.Mc, "composition:cancel")
    {
        Purpose = "Schedules a job that makes a FINAL composition ENTERED_IN_ERROR, for a reason that its author signs",
        Handle = Handle,
        HasPersonalData = true,
        Body = Schema,
        BodyLimit = SignedOrders.BodyLimit,
        Validations = [SignedOrders.DataIsBase64, SignedOrders.CompositionIsOwn, SignedOrders.FewAreWaiting],
        JobErrors = CancelCompositionTask.Errors,
        Answer = typeof(AsyncJob),
    };

    public static async Task<Reply> Handle(
        Caller caller, PathId compositionId, Body body, HttpRequest http, PostgresDatabase database, AsyncJobs jobs, CancellationToken ct)
    {
        using var turn = await SignedOrders.TurnFor(body, ct);

        // Validation 1
        if (!body.Matches<SignedOrders.Request>(Schema, out var request, out var malformed))
            return malformed;

        return await SignedOrders.Schedule(CancelCompositionTask.Type, request, caller, compositionId, body, http, database, jobs, ct);
    }
}
