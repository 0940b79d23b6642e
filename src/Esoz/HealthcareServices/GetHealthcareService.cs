namespace Esoz.HealthcareServices;

/// <summary>Get healthcare service by ID (employee-roles §6.2).</summary>
public static class GetHealthcareService
{
    private static readonly Validation HealthcareServiceExists = new("1", "healthcare service exists and is_active = true",
        Refusal.NotFound("Healthcare service not found"));

    private static readonly Validation HealthcareServiceIsOwn = new(
        "2", "healthcare service belongs to the legal entity of the token, or the caller is a MIS or the NHS",
        Refusal.Forbidden("Healthcare service belongs to another legal entity"));

    public static readonly MethodCard Card = new("get-healthcare-service-by-id", "Get healthcare service by ID",
        "GET", "/api/healthcare_services/{id}", Family.IlMis, "healthcare_service:read")
    {
        Purpose = "Gets one healthcare service",
        Handle = Handle,
        HasPersonalData = false,
        Validations = [HealthcareServiceExists, HealthcareServiceIsOwn],
        Answer = typeof(HealthcareService),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, PostgresDatabase database, CancellationToken ct)
    {
        if (await Rows.HealthcareService.ReadOne(database.Command(Sql, id.Value ?? Guid.Empty), ct) is not { } service)
            return HealthcareServiceExists;

        if (!caller.Sees(service.LegalEntityId))
            return HealthcareServiceIsOwn;

        return Reply.Data(service);
    }

    private static readonly string Sql =
        $"SELECT {Rows.HealthcareService.Columns} FROM healthcare_services service WHERE service.id = $1 AND service.is_active";
}
