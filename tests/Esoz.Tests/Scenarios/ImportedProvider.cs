namespace Esoz.Tests.Scenarios;

/// <summary>A directory for <c>import DIRECTORY</c>: one provider with all that the clients demand, and nothing else.</summary>
internal static class ImportedProvider
{
    private const string Clinic = "11111111-0000-4000-8000-000000000001";
    private const string Doctor = "22222222-0000-4000-8000-000000000001";
    private const string Owner = "22222222-0000-4000-8000-000000000002";
    private const string Employee = "33333333-0000-4000-8000-000000000001";
    private const string Division = "44444444-0000-4000-8000-000000000001";
    private const string Service = "55555555-0000-4000-8000-000000000001";

    /// <summary>Members of an address.</summary>
    private const string Place = "\"country\":\"UA\",\"area\":\"ЛЬВІВСЬКА\",\"settlement\":\"Львів\",\"settlement_type\":\"CITY\","
        + "\"settlement_id\":\"5e771e00-0000-4000-8000-000000000001\"";

    private static readonly Dictionary<string, string[]> Files = new()
    {
        ["legal_entities"] =
        [
            $$$"""{"id":"{{{Clinic}}}","name":"КНП «Поліклініка»","status":"ACTIVE","type":"OUTPATIENT","edrpou":"49000001","is_active":true,"email":"a@b.invalid","addresses":[],"residence_address":{"type":"RESIDENCE",{{{Place}}}},"phones":[{"type":"MOBILE","number":"+380000000001","note":null}],"edr":{"id":"1","name":"КНП «Поліклініка»","edrpou":"49000001","kveds":["86.10"],"state":1}}""",
        ],
        ["parties"] = [Party(Doctor, "3900000001"), Party(Owner, "3900000002")],
        ["divisions"] =
        [
            $$"""{"id":"{{Division}}","legal_entity_id":"{{Clinic}}","name":"Відділення","type":"CLINIC","status":"ACTIVE","email":"c@b.invalid","phones":[{"type":"MOBILE","number":"+380000000002"}]}""",
        ],
        ["division_addresses"] = [$$"""{"id":"{{Division}}","division_id":"{{Division}}","type":"RESIDENCE",{{Place}}}"""],
        ["employees"] =
        [
            $$$"""{"id":"{{{Employee}}}","party_id":"{{{Doctor}}}","legal_entity_id":"{{{Clinic}}}","division_id":"{{{Division}}}","employee_type":"SPECIALIST","position":"P9","status":"APPROVED","is_active":true,"start_date":"2024-01-01","speciality":{"speciality":"SURGERY","speciality_officio":true,"level":"FIRST","qualification_type":"AWARDING","attestation_name":"ЛНМУ","attestation_date":"2018-05-20","certificate_number":"1"},"additional_info":{"educations":[{"country":"UA","city":"Львів","institution_name":"ЛНМУ","diploma_number":"1","degree":"MASTER","speciality":"Лікувальна справа"}]}}""",
            $$"""{"id":"{{Owner}}","party_id":"{{Owner}}","legal_entity_id":"{{Clinic}}","employee_type":"OWNER","position":"P1","status":"APPROVED","is_active":true,"start_date":"2024-01-01"}""",
        ],
        ["healthcare_services"] =
        [
            $$"""{"id":"{{Service}}","legal_entity_id":"{{Clinic}}","division_id":"{{Division}}","category":{"coding":[{"system":"HEALTHCARE_SERVICE_CATEGORIES","code":"MSP"}]},"speciality_type":"SURGERY","providing_condition":"OUTPATIENT","status":"ACTIVE"}""",
        ],
        ["employee_roles"] =
        [
            $$"""{"id":"{{Service}}","healthcare_service_id":"{{Service}}","employee_id":"{{Employee}}","start_date":"2024-01-01T00:00:00Z","status":"ACTIVE"}""",
        ],
    };

    public static void WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var (table, lines) in Files)
            File.WriteAllLines(Path.Combine(directory, $"{table}.ndjson"), lines);
    }

    private static string Party(string id, string taxId) =>
        $$"""{"id":"{{id}}","first_name":"Олена","last_name":"Ткачук","birth_date":"1983-05-17","gender":"FEMALE","tax_id":"{{taxId}}","documents":[{"type":"PASSPORT","number":"АА000001"}],"phones":[{"type":"MOBILE","number":"+380000000003","note":null}]}""";
}
