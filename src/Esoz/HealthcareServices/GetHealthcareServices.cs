using Esoz.Platform.Database;
using Esoz.Platform.Http;

namespace Esoz.HealthcareServices;

/// <summary>Get healthcare services (employee-roles §6.2).</summary>
public static class GetHealthcareServices
{
    public static readonly MethodCard Card = new("get-healthcare-services", "Get healthcare services",
        "GET", "/api/healthcare_services", Family.IlMis, "healthcare_service:read")
    {
        Purpose = "Gets the healthcare services of the caller's legal entity, of all for a MIS and the NHS",
        Handle = Handle,
        Query =
        [
            new("division_id", "uuid", "Services of this division."),
            new("speciality_type", "string", "Code of SPECIALITY_TYPE."),
            new("providing_condition", "string", "Code of PROVIDING_CONDITION."),
            new("category", "string", "Code of HEALTHCARE_SERVICE_CATEGORIES."),
            new("type", "string", "Code of HEALTHCARE_SERVICE_PHARMACY_DRUGS_TYPES."),
            new("status", "string", "ACTIVE or INACTIVE, in any case."),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<HealthcareService>),
    };

    public static async Task<Reply> Handle(Caller caller, QueryReader query, PostgresDatabase database, CancellationToken ct)
    {
        var services = new FilteredList("healthcare_services", "service")
            .Where("service.is_active")
            .Of("service.legal_entity_id = {0}", caller.OnlyLegalEntity)
            .Where("service.division_id = {0}", query.Uuid("division_id"))
            .Where("service.speciality_type = {0}", query.Text("speciality_type"))
            .Where("service.providing_condition = {0}", query.Text("providing_condition"))
            .Where("service.category_code = {0}", query.Text("category"))
            .Where("service.type_code = {0}", query.Text("type"))
            .Where("service.status = {0}", query.OneOf("status", "ACTIVE", "INACTIVE"));
        var page = PageRequest.Read(query);

        if (query.Refusal is { } refusal)
            return refusal;

        return await services.Page(database, page, Rows.HealthcareService, ct);
    }
}
