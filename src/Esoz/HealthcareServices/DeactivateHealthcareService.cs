using Esoz.Codes;
using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.HealthcareServices;

/// <summary>Deactivate healthcare service (employee-roles §6.2).</summary>
public static class DeactivateHealthcareService
{
    private static readonly Validation LegalEntityIsWorking = new("1", "legal entity of the token is ACTIVE or SUSPENDED",
        Refusal.Conflict("Invalid legal entity status"));

    private static readonly Validation HealthcareServiceExists = new("2", "healthcare service exists and is_active = true",
        Refusal.NotFound("Healthcare service not found"));

    private static readonly Validation HealthcareServiceIsOwn = new("3", "healthcare service belongs to the legal entity of the token",
        Refusal.Forbidden("Healthcare service belongs to another legal entity"));

    private static readonly Validation StatusAllows = new("4", "status of the healthcare service is ACTIVE",
        Refusal.Conflict("{status} healthcare service cannot be DEACTIVATED"));

    public static readonly MethodCard Card = new("deactivate-healthcare-service", "Deactivate healthcare service",
        "PATCH", "/api/healthcare_services/{id}/actions/deactivate", Family.IlMis, "healthcare_service:write")
    {
        Purpose = "Makes an ACTIVE healthcare service INACTIVE; roles in it keep their status, new ones are refused",
        Handle = Handle,
        Validations = [LegalEntityIsWorking, HealthcareServiceExists, HealthcareServiceIsOwn, StatusAllows],
        Answer = typeof(HealthcareService),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, PostgresDatabase database, CancellationToken ct)
    {
        var found = await HealthcareServiceChange.Carry(database, Sql, ct, caller.ClientId, id.Value ?? Guid.Empty, caller.UserId);

        if (!LegalEntityStatus.IsWorking(found.LegalEntityStatus))
            return LegalEntityIsWorking;

        if (found.Service is not { } service)
            return HealthcareServiceExists;

        if (service.LegalEntityId != caller.ClientId)
            return HealthcareServiceIsOwn;

        if (found.StatusBefore != "ACTIVE")
            return StatusAllows.With("status", found.StatusBefore!);

        return Reply.Data(service);
    }

    private static readonly string Sql = HealthcareServiceChange.Statement(
        set: "status = 'INACTIVE'",
        when: "found.status = 'ACTIVE'");
}
