using Esoz.BulkExport;

namespace Esoz.Tests.BulkExport;

/// <summary>PIS. Get healthcare services (pis-bulk §4.6).</summary>
public sealed class GetHealthcareServicesBulkTests(BulkRegistry registry)
    : BulkMethod(registry, GetHealthcareServicesBulk.Resource, "healthcare_service_bulk:read_pis")
{
    [Fact(DisplayName = "A record has the members of the page in its order")]
    public async Task Members()
    {
        var provider = await Given.LegalEntity();
        var division = await Given.Division(provider);
        var id = await Given.Insert("healthcare_services", new()
        {
            ["legal_entity_id"] = provider,
            ["division_id"] = division,
            ["speciality_type"] = "FAMILY_DOCTOR",
            ["providing_condition"] = "OUTPATIENT",
            ["category"] = Given.Json("""{"coding": [{"code": "MSP", "system": "HEALTHCARE_SERVICE_CATEGORIES"}]}"""),
            ["status"] = "INACTIVE",
            ["comment"] = "за \"записом\"\nі без",
            ["coverage_area"] = Given.Json("[]"),
            ["is_active"] = false,
            ["inserted_at"] = Inserted,
            ["updated_at"] = null,
        });

        Assert.Equal(
            $$"""{"id":"{{id}}","legal_entity_id":"{{provider}}","division_id":"{{division}}","speciality_type":"FAMILY_DOCTOR","providing_condition":"OUTPATIENT","category":{"coding": [{"code": "MSP", "system": "HEALTHCARE_SERVICE_CATEGORIES"}]},"type":null,"status":"INACTIVE","comment":"за \"записом\"\nі без","coverage_area":[],"is_active":false,"available_time":[],"not_available":[],"inserted_at":"2019-06-04T08:12:45.120Z","updated_at":null,"license_id":null}""",
            await Record("id", $"{id}"));
    }
}
