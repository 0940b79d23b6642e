using Esoz.Codes;

namespace Esoz.HealthcareServices;

/// <summary>Get healthcare services (employee-roles §6.2).</summary>
public static class GetHealthcareServices
{
    public static readonly MethodCard Card = new("get-healthcare-services", "Get healthcare services",
        "GET", "/api/healthcare_services", Family.IlMis, "healthcare_service:read")
    {
        Purpose = "Gets the healthcare services of the caller's legal entity, of all for a MIS and the NHS",
        Handle = Handle,
        HasPersonalData = false,
        Query =
        [
            new("division_id", QueryType.Uuid, "Services of this division.", "service.division_id = {0}"),
            new("speciality_type", QueryType.Text, "Code of SPECIALITY_TYPE.", "service.speciality_type = {0}"),
            new("providing_condition", QueryType.Text, "Code of PROVIDING_CONDITION.", "service.providing_condition = {0}"),
            new("category", QueryType.Text, "Code of HEALTHCARE_SERVICE_CATEGORIES.", "service.category_code = {0}"),
            new("type", QueryType.Text, "Code of HEALTHCARE_SERVICE_PHARMACY_DRUGS_TYPES.", "service.type_code = {0}"),
            new("status", QueryType.OneOf(HealthcareServiceStatus.All), "Services in this status, in any letter case.",
                "service.status = {0}"),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<HealthcareService>),
    };

    public static Task<Reply> Handle(Caller caller, QueryReader query, ReadDatabase database, CancellationToken ct) =>
        new FilteredList("healthcare_services", "service")
            .Where("service.is_active")
            .OfOwner("service.legal_entity_id = {0}", caller.OnlyLegalEntity)
            .Page(query, database, Rows.HealthcareService, ct);
}
