using Esoz.Codes;

namespace Esoz.HealthcareServices;

/// <summary>Activate healthcare service (employee-roles §6.2).</summary>
public static class ActivateHealthcareService
{
    private static readonly GuardedWrite<HealthcareService> Activation = HealthcareServiceChange.Of(
        $"status = '{HealthcareServiceStatus.Active}'",
        new("4", "division of the healthcare service is ACTIVE", "found.division_is_active",
            Refusal.Conflict("Division must be active")),
        new("5", "status of the healthcare service is INACTIVE", $"found.status = '{HealthcareServiceStatus.Inactive}'",
            Refusal.Conflict("{status} healthcare service cannot be ACTIVATED"), ("status", "found.status")));

    public static readonly MethodCard Card = new("activate-healthcare-service", "Activate healthcare service",
        "PATCH", "/api/healthcare_services/{id}/actions/activate", Family.IlMis, "healthcare_service:write")
    {
        Purpose = "Makes an INACTIVE healthcare service of an ACTIVE division ACTIVE again",
        Handle = Handle,
        HasPersonalData = false,
        Validations = Activation.Rules,
        BrokenNow = (database, it, ct) => Activation.Explain(database, ct, it.ClientId, it.Id, it.UserId),
        Answer = typeof(HealthcareService),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, Work work, CancellationToken ct) =>
        await Activation.Run(work, ct, caller.ClientId, id.Value ?? Guid.Empty, caller.UserId);
}
