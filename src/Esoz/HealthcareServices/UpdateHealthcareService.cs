using System.Text.Json;
using Esoz.Codes;
using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Schema;

namespace Esoz.HealthcareServices;

/// <summary>Update healthcare service (employee-roles §6.2).</summary>
public static class UpdateHealthcareService
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(UpdateHealthcareService));

    private static readonly Validation LegalEntityIsWorking = new("1", "legal entity of the token is ACTIVE or SUSPENDED",
        Refusal.Conflict("Invalid legal entity status"));

    private static readonly Validation HealthcareServiceExists = new("2", "healthcare service exists and is_active = true",
        Refusal.NotFound("Healthcare service not found"));

    private static readonly Validation HealthcareServiceIsOwn = new("3", "healthcare service belongs to the legal entity of the token",
        Refusal.Forbidden("Healthcare service belongs to another legal entity"));

    private static readonly Validation HealthcareServiceIsActive = new("4", "status of the healthcare service is ACTIVE",
        Refusal.Conflict("{status} healthcare service cannot be UPDATED"));

    private static readonly Validation TimesAreSound = new("5", "times: with all_day no start and end, without it both; an absence ends after its start",
        Refusal.Unprocessable("Should be greater then start", "$.not_available[0].during.end"));

    public static readonly MethodCard Card = new("update-healthcare-service", "Update healthcare service",
        "PATCH", "/api/healthcare_services/{id}", Family.IlMis, "healthcare_service:write")
    {
        Purpose = "Changes comment and times of an ACTIVE healthcare service; a member that is not sent keeps its value",
        Handle = Handle,
        Body = Schema,
        Validations = [LegalEntityIsWorking, HealthcareServiceExists, HealthcareServiceIsOwn, HealthcareServiceIsActive, TimesAreSound],
        Answer = typeof(HealthcareService),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Body body, PostgresDatabase database, CancellationToken ct)
    {
        if (!body.Matches<Request>(Schema, out var request, out var refusal))
            return refusal;

        var timesFault = new WorkingTimes(request.AvailableTime, request.NotAvailable).Fault();
        var found = await HealthcareServiceChange.Carry(database, Sql, ct,
            caller.ClientId, id.Value ?? Guid.Empty, caller.UserId, timesFault is null,
            body.Has("comment"), request.Comment,
            body.Has("available_time") ? WorkingTimes.Stored(request.AvailableTime) : null,
            body.Has("not_available") ? WorkingTimes.Stored(request.NotAvailable) : null);

        if (!LegalEntityStatus.IsWorking(found.LegalEntityStatus))
            return LegalEntityIsWorking;

        if (found.Service is not { } service)
            return HealthcareServiceExists;

        if (service.LegalEntityId != caller.ClientId)
            return HealthcareServiceIsOwn;

        if (found.StatusBefore != "ACTIVE")
            return HealthcareServiceIsActive.With("status", found.StatusBefore!);

        if (timesFault is not null)
            return timesFault;

        return Reply.Data(service);
    }

    private sealed record Request(string? Comment, JsonElement? AvailableTime, JsonElement? NotAvailable);

    private static readonly string Sql = HealthcareServiceChange.Statement(
        set: """
            comment = CASE WHEN $5 THEN $6 ELSE service.comment END,
            available_time = coalesce($7::jsonb, service.available_time),
            not_available = coalesce($8::jsonb, service.not_available)
            """,
        when: "found.status = 'ACTIVE' AND $4");
}
