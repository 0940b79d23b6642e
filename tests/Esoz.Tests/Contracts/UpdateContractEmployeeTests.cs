using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Contracts;

namespace Esoz.Tests.Contracts;

/// <summary>Private. Update contract employee (contracts §3.2).</summary>
public sealed class UpdateContractEmployeeTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/admin/contract_employees";

    private Given Given => registry.Given;

    [Fact(DisplayName = "Replaces every field of the body, an absent end_date by null; everything else stays")]
    public async Task Replaces()
    {
        var id = await Given.ContractEmployee(await Given.Contract(await Given.LegalEntity()));
        await registry.Execute("UPDATE contract_employees SET end_date = '2026-12-31T00:00:00Z' WHERE id = $1", id);
        var contractor = await Given.LegalEntity();
        var (employee, division, contract, user) = (await Given.Employee(contractor, status: "STOPPED"),
            await Given.Division(contractor, "INACTIVE"), await Given.Contract(contractor), Guid.NewGuid());
        var before = await Row(id);

        var data = (await Update($"{id}", Body(employee, division, contract), await Given.Nhs(user: user))).Succeeded().Data;

        Assert.Equal(ContractRecord.Employee.Members, data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("0.25", "1800", employee, division, contract),
            (data.GetProperty("staff_units").GetRawText(), data.GetProperty("declaration_limit").GetRawText(),
            data.GetProperty("employee_id").GetGuid(), data.GetProperty("division_id").GetGuid(),
            data.GetProperty("contract_id").GetGuid()));
        Assert.Equal(("2026-02-28T22:00:00Z", "null", id),
            (data.GetProperty("start_date").GetString(), data.GetProperty("end_date").GetRawText(), data.GetProperty("id").GetGuid()));
        var after = await Row(id);
        Assert.Equal(
            ["contract_id", "declaration_limit", "division_id", "employee_id", "end_date", "staff_units", "start_date", "updated_at",
                "updated_by"],
            after.Keys.Where(column => !Equals(before[column], after[column])).Order());
        Assert.Equal((0.25, 1800, user, null), (after["staff_units"], after["declaration_limit"], after["updated_by"], after["end_date"]));
        var audit = Assert.Single(await registry.Rows(
            "SELECT (SELECT string_agg(k, ' ' ORDER BY k) FROM jsonb_object_keys(changeset) k) AS members FROM audit_log WHERE resource_id = $1::text AND actor_id = $2::text", id, user));
        Assert.Equal("contract_id declaration_limit division_id employee_id end_date staff_units start_date updated_by", audit["members"]);
        Assert.Empty(await registry.Rows("SELECT FROM events WHERE entity_id = $1", id));
    }

    [Fact(DisplayName =
        "A record of a deleted contract may be moved to another contract: only the type of the present contract is checked")]
    public async Task FromDeletedContract()
    {
        var contractor = await Given.LegalEntity();
        var id = await Given.ContractEmployee(await Given.Contract(contractor, isActive: false));

        (await Update($"{id}", Body(await Given.Employee(contractor), await Given.Division(contractor), await Given.Contract(contractor)),
            await Given.Nhs())).Succeeded();
    }

    [Fact(DisplayName = "The schema is that of creating, and comes before 1")]
    public async Task Schema()
    {
        var body = Body(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        body["staff_units"] = 1.01;

        (await Update($"{Guid.NewGuid()}", body, await Given.Nhs())).IsIlBusinessFault("$.staff_units", "expected the value to be <= 1");
        var create = JsonNode.Parse(CreateContractEmployee.Card.Body!.Document.GetRawText())!.AsObject();
        create["title"] = "UpdateContractEmployee";
        Assert.Equal(create.ToJsonString(), JsonSerializer.Serialize(UpdateContractEmployee.Card.Body!.Document));
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time.</summary>
    public static TheoryData<string, string, string, string, string, int, string?, string> Validations => new()
    {
        // rule, record, contract, division, employee, status, path, message
        { "1 record is missing; everything else too", "missing", "missing", "missing", "missing", 404, null, "Not found" },
        { "1 the id is no uuid; everything else is missing", "not a uuid", "missing", "missing", "missing", 404, null, "Not found" },
        { "1 record is deleted; contract deleted, division and employee foreign", "deleted", "deleted", "foreign", "foreign", 404, null,
            "Not found" },
        { "1 present contract is of another type; contract deleted, division and employee foreign", "CAPITATION", "deleted", "foreign",
            "foreign", 404, null, "Not found" },
        { "2 contract is missing; division and employee too", "right", "missing", "missing", "missing", 409, "$.contract_id",
            "Invalid contract id" },
        { "2 contract is deleted; division and employee foreign", "right", "deleted", "foreign", "foreign", 409, "$.contract_id",
            "Invalid contract id" },
        { "2 contract is of another type; division and employee deleted", "right", "CAPITATION", "deleted", "deleted", 409, "$.contract_id",
            "Invalid contract id" },
        { "3 division is missing; employee too", "right", "GB_CBP", "missing", "missing", 409, "$.division_id", "Invalid division id" },
        { "3 division is deleted; employee foreign", "right", "GB_CBP", "deleted", "foreign", 409, "$.division_id", "Invalid division id" },
        { "3 division is foreign; employee deleted", "right", "GB_CBP", "foreign", "deleted", 409, "$.division_id", "Invalid division id" },
        { "4 employee is missing", "right", "GB_CBP", "own", "missing", 409, "$.employee_id", "Invalid employee id" },
        { "4 employee is deleted", "right", "GB_CBP", "own", "deleted", 409, "$.employee_id", "Invalid employee id" },
        { "4 employee is foreign", "right", "GB_CBP", "own", "foreign", 409, "$.employee_id", "Invalid employee id" },
    };

    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(
        string rule, string record, string contract, string division, string employee, int status, string? path, string message)
    {
        var (contractor, other) = (await Given.LegalEntity(), await Given.LegalEntity());
        var id = record switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "not a uuid" => "2c9e2f0b-6a35",
            _ => (await Given.ContractEmployee(await Given.Contract(contractor, type: record == "CAPITATION" ? record : "GB_CBP"),
                isActive: record != "deleted")).ToString(),
        };
        var contractId = contract == "missing" ? Guid.NewGuid()
            : await Given.Contract(contractor, type: contract == "deleted" ? "GB_CBP" : contract, isActive: contract != "deleted");
        var divisionId = division == "missing" ? Guid.NewGuid()
            : await Given.Division(division == "foreign" ? other : contractor, isActive: division != "deleted");
        var employeeId = employee == "missing" ? Guid.NewGuid()
            : await Given.Employee(employee == "foreign" ? other : contractor, isActive: employee != "deleted");
        var credential = await Given.Nhs();
        var before = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

        var answer = await Update(id, Body(employeeId, divisionId, contractId), credential);

        answer.IsIlRefusal(status, status == 404 ? "not_found" : "request_conflict", message, path);
        Assert.True(before == await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"), rule);
    }

    [Fact(DisplayName = "32 concurrent updates of one record, alternating between two contracts, all succeed")]
    public async Task Parallel()
    {
        var contractor = await Given.LegalEntity();
        Guid[] contracts = [await Given.Contract(contractor), await Given.Contract(contractor)];
        var (employee, division, id) = (await Given.Employee(contractor), await Given.Division(contractor),
            await Given.ContractEmployee(contracts[0]));
        var credential = await Given.Nhs();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 32).Select(i => Update($"{id}", Body(employee, division, contracts[i % 2]), credential)));

        Assert.All(answers, answer => answer.Succeeded());
    }

    private static JsonObject Body(Guid employee, Guid division, Guid contract) => new()
    {
        ["staff_units"] = 0.25,
        ["declaration_limit"] = 1800,
        ["employee_id"] = employee.ToString(),
        ["division_id"] = division.ToString(),
        ["contract_id"] = contract.ToString(),
        ["start_date"] = "2026-03-01T00:00:00+02:00",
    };

    private Task<Answer> Update(string id, JsonObject body, Credential credential) =>
        registry.Send("PUT", $"{Path}/{id}", credential, body.ToJsonString());

    private async Task<Dictionary<string, object?>> Row(Guid id) =>
        Assert.Single(await registry.Rows("SELECT * FROM contract_employees WHERE id = $1", id));
}
