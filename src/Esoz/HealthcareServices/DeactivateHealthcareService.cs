using Esoz.Codes;

namespace Esoz.HealthcareServices;

/// <summary>Deactivate healthcare service (employee-roles §6.2).</summary>
public static class DeactivateHealthcareService
{
    private static readonly GuardedWrite<HealthcareService> Deactivation = HealthcareServiceChange.Of(
        $"status = '{HealthcareServiceStatus.Inactive}'",
        new Validation("4", "status of the healthcare service is ACTIVE", $"found.status = '{HealthcareServiceStatus.Active}'",
            Refusal.Conflict("{status} healthcare service cannot be DEACTIVATED"), ("status", "found.status")));

    public static readonly MethodCard Card = new("deactivate-healthcare-service", "Deactivate healthcare service",
        "PATCH", "/api/healthcare_services/{id}/actions/deactivate", Family.IlMis, "healthcare_service:write")
    {
        Purpose = "Makes an ACTIVE healthcare service INACTIVE; roles in it keep their status, new ones are refused",
        Handle = Handle,
        HasPersonalData = false,
        Validations = Deactivation.Rules,
        BrokenNow = (database, it, ct) => Deactivation.Explain(database, ct, it.ClientId, it.Id, it.UserId),
        Answer = typeof(HealthcareService),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Work work, CancellationToken ct) =>
        await Deactivation.Run(work, ct, caller.ClientId, id.Value ?? Guid.Empty, caller.UserId);
}
