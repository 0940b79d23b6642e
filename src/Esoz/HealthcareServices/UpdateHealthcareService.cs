using System.Text.Json;
using Esoz.Codes;
using Esoz.Platform.Schema;

namespace Esoz.HealthcareServices;

/// <summary>Update healthcare service (employee-roles §6.2).</summary>
public static class UpdateHealthcareService
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(UpdateHealthcareService));

    private static readonly GuardedWrite<HealthcareService> Update = HealthcareServiceChange.Of("""
        comment = CASE WHEN $4 THEN $5 ELSE service.comment END,
        available_time = coalesce($6::jsonb, service.available_time),
        not_available = coalesce($7::jsonb, service.not_available)
        """,
        [
            new("4", "status of the healthcare service is ACTIVE", $"found.status = '{HealthcareServiceStatus.Active}'",
                Refusal.Conflict("{status} healthcare service cannot be UPDATED"), ("status", "found.status")),
            .. WorkingTimes.Rules("5").Select((rule, i) => rule with { Holds = $"$8 <> {i}" }),
        ]);

    public static readonly MethodCard Card = new("update-healthcare-service", "Update healthcare service",
        "PATCH", "/api/healthcare_services/{id}", Family.IlMis, "healthcare_service:write")
    {
        Purpose = "Changes comment and times of an ACTIVE healthcare service; a member that is not sent keeps its value",
        Handle = Handle,
        HasPersonalData = false,
        Body = Schema,
        Validations = Update.Rules,
        Answer = typeof(HealthcareService),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Body body, Work work, CancellationToken ct)
    {
        if (!body.Matches<Request>(Schema, out var request, out var refusal))
            return refusal;

        var timesFault = new WorkingTimes(request.AvailableTime, request.NotAvailable).Fault();
        var written = await Update.Run(work, ct, caller.ClientId, id.Value ?? Guid.Empty, caller.UserId,
            body.Has("comment"), request.Comment,
            body.Has("available_time") ? WorkingTimes.StoredAvailable(request.AvailableTime) : null,
            body.Has("not_available") ? WorkingTimes.Stored(request.NotAvailable) : null,
            timesFault?.Rule ?? -1);
        // The times are not checked in SQL, so the position of the error is known only here.
        return written.Broken?.Number == "5" ? timesFault!.Refusal : written;
    }

    private sealed record Request(string? Comment, JsonElement? AvailableTime, JsonElement? NotAvailable);
}
