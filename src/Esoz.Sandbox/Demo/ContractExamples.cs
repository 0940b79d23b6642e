using Esoz.Codes;
using Esoz.Contracts;
using Esoz.Platform.Http;

namespace Esoz.Sandbox.Demo;

/// <summary>Examples of the private contract methods.</summary>
internal static class ContractExamples
{
    /// <summary>Empty for methods of other areas.</summary>
    public static IEnumerable<DemoExample> Of(MethodCard card, DemoCredentials credentials) =>
        Requests(card.Id).Select(it => new DemoExample(
        card, it.Shows, card.Path.Replace("{id}", $"{it.Id}", StringComparison.Ordinal) + it.Query, DemoExamples.Nhs(credentials),
        it.Body, it.Status));

    private static IEnumerable<Request> Requests(string card) => card switch
    {
        "private-create-contract" =>
        [
            new(201, "a contract of the hospital for 2026, without a number yet", Body: Contract()),
            new(409, "the number is that of another contract", Body: Contract(number: "DEMO-0001")),
            new(422, "contracts are VERIFIED or TERMINATED", Body: Contract(status: "SIGNED")),
        ],
        "private-update-contract" =>
        [
            new(200, "the hospital's contract gets a price", DemoIds.HospitalContract,
                Body: Contract(number: "DEMO-0001", price: "1250000.5")),
            new(409, "the clinic's contract is not of type GB_CBP", DemoIds.ClinicContract, Body: Contract()),
        ],
        "private-get-contracts" =>
        [
            new(200, "contracts of the hospital by its ЄДРПОУ", Query: $"?edrpou=99000002&status={ContractStatus.Verified}&page_size=10"),
            new(422, "there is no such day", Query: "?date_from_start_date=2026-02-30"),
        ],
        "private-get-contract-by-id" =>
        [
            new(200, "the hospital's contract", DemoIds.HospitalContract),
            new(404, "the clinic's contract is not of type GB_CBP", DemoIds.ClinicContract),
        ],
        "private-delete-contract" =>
        [
            new(200, "a contract without divisions and employees", DemoIds.SpareContract),
            new(409, "the hospital's contract has divisions", DemoIds.HospitalContract),
        ],
        "private-create-contract-division" =>
        [
            new(201, "the hospital's division is added to its contract", Body: Division(DemoIds.HospitalDivision)),
            new(409, "the division is the clinic's", Body: Division(DemoIds.ClinicDivision)),
        ],
        "private-update-contract-division" =>
        [
            new(200, "division and contract of the record are replaced", DemoIds.HospitalContractDivision,
                Body: Division(DemoIds.HospitalDivision)),
            new(409, "the clinic's contract is not of type GB_CBP", DemoIds.ClinicContractDivision,
                Body: Division(DemoIds.HospitalDivision)),
        ],
        "private-get-contract-divisions" =>
        [
            new(200, "divisions of the hospital's contract", Query: $"?contract_id={DemoIds.HospitalContract}"),
            new(422, "the filter is not a uuid", Query: "?division_id=17"),
        ],
        "private-get-contract-division-by-id" =>
        [
            new(200, "the hospital's division under its contract", DemoIds.HospitalContractDivision),
            new(404, "the clinic's contract is not of type GB_CBP", DemoIds.ClinicContractDivision),
        ],
        "private-delete-contract-division" =>
        [
            new(200, "a duplicate record", DemoIds.SpareContractDivision),
            new(409, "the clinic's contract is not of type GB_CBP", DemoIds.ClinicContractDivision),
        ],
        "private-create-contract-employee" =>
        [
            new(201, "the gynaecologist works half-time under the hospital's contract", Body: Employee(DemoIds.Gynaecologist)),
            new(422, "the doctor does not work for the contractor", Body: Employee(DemoIds.Doctor)),
        ],
        "private-update-contract-employee" =>
        [
            new(200, "the gynaecologist works half-time", DemoIds.HospitalContractEmployee, Body: Employee(DemoIds.Gynaecologist)),
            new(409, "the doctor does not work for the contractor", DemoIds.HospitalContractEmployee, Body: Employee(DemoIds.Doctor)),
        ],
        "API-005-002-001-0036" =>
        [
            new(200, "contracts that the gynaecologist works under", Query: $"?employee_id={DemoIds.Gynaecologist}&page_size=10"),
            new(422, "pages are counted from 1", Query: "?page=0"),
        ],
        "private-get-contract-employee-by-id" =>
        [
            new(200, "the gynaecologist under the hospital's contract", DemoIds.HospitalContractEmployee),
            new(404, "there is no such record", DemoIds.Unknown),
        ],
        "API-005-002-001-0038" =>
        [
            new(200, "a duplicate record", DemoIds.SpareContractEmployee),
            new(404, "there is no such record", DemoIds.Unknown),
        ],
        _ => [],
    };

    private static string Contract(string? number = null, string status = ContractStatus.Verified, string price = "null") => $$"""
        {"start_date":"2026-01-01","end_date":"2026-12-31","status":"{{status}}","contractor_legal_entity_id":"{{DemoIds.Hospital}}","contractor_owner_id":"{{DemoIds.HospitalOwner}}","contractor_base":"на підставі статуту","contractor_payment_details":{"bank_name":"Умовний банк","MFO":"000000","payer_account":"UA000000000000000000000000000"},"nhs_signer_id":"{{DemoIds.NhsSigner}}","nhs_signer_base":"на підставі наказу","nhs_legal_entity_id":"{{DemoIds.Nhs}}","nhs_payment_method":"FORWARD","is_suspended":false,"issue_city":"Київ","nhs_contract_price":{{price}},"contract_number":{{(number is null ? "null" : $"\"{number}\"")}},"id_form":"5","nhs_signed_date":"2025-12-20","type":"{{ContractType.GbCbp}}"}
        """;

    private static string Division(Guid division) => $$"""
        {"division_id":"{{division}}","contract_id":"{{DemoIds.HospitalContract}}"}
        """;

    private static string Employee(Guid employee) => $$"""
        {"staff_units":0.5,"declaration_limit":0,"employee_id":"{{employee}}","division_id":"{{DemoIds.HospitalDivision}}","contract_id":"{{DemoIds.HospitalContract}}","start_date":"2026-01-01T00:00:00Z","end_date":null}
        """;

    /// <param name="Id">Replaces <c>{id}</c> in the path.</param>
    /// <param name="Query">Including the question mark.</param>
    private sealed record Request(int Status, string Shows, Guid Id = default, string Query = "", string? Body = null);
}
