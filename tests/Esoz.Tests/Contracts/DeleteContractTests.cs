using System.Text.Json.Nodes;

namespace Esoz.Tests.Contracts;

/// <summary>Private. Delete contract (contracts §5.5).</summary>
public sealed class DeleteContractTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/admin/contracts";

    private Given Given => registry.Given;

    [Fact(DisplayName = "The contract and its programmes are no longer is_active; the answer is an empty object, and nothing else changes")]
    public async Task Deletes()
    {
        var body = (await ContractCase.Of(Given)).Whole();
        body["medical_programs"] = new JsonArray(Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var contract = (await registry.Send("POST", Path, await Given.Nhs(), body.ToJsonString())).Succeeded(201)
            .Data.GetProperty("id").GetGuid();
        await Given.ContractDivision(contract, isActive: false);
        await Given.ContractEmployee(contract, isActive: false);
        var before = await Row(contract);
        var user = Guid.NewGuid();

        var answer = await Delete(contract.ToString(), await Given.Nhs(user: user));

        Assert.Equal("{}", answer.Succeeded().Data.GetRawText());
        Assert.Equal(["meta", "data"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("object", answer.Json.GetProperty("meta").GetProperty("type").GetString());
        var after = await Row(contract);
        Assert.Equal(["is_active", "updated_at", "updated_by"], after.Keys.Where(column => !Equals(before[column], after[column])).Order());
        Assert.Equal((false, user), (after["is_active"], after["updated_by"]));
        var programs = await registry.Rows("SELECT * FROM contract_medical_programs WHERE contract_id = $1", contract);
        Assert.Equal(2, programs.Count);
        Assert.All(
            programs, program =>
            Assert.Equal((false, user, after["updated_at"]), (program["is_active"], program["updated_by"], program["updated_at"])));
        Assert.Equal(["contract_medical_programs", "contract_medical_programs", "contracts"],
            (await registry.Rows("SELECT resource FROM audit_log WHERE actor_id = $1::text ORDER BY resource", user))
            .Select(change => (string)change["resource"]!));
        Assert.Empty(await registry.Rows("SELECT FROM events WHERE entity_id = $1", contract));
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time.</summary>
    [Theory(DisplayName = "Validation")]
    [InlineData("1 there is no such contract", "missing", 404, "not_found", "Contract with such id is not found")]
    [InlineData("1 the id is no uuid", "not a uuid", 404, "not_found", "Contract with such id is not found")]
    [InlineData("1 the contract is deleted, of another type, with divisions and employees", "CAPITATION deleted divisions employees", 404,
        "not_found", "Contract with such id is not found")]
    [InlineData("2 the contract is of another type, with divisions and employees", "REIMBURSEMENT divisions employees", 409,
        "request_conflict", "Only contracts with type GB_CBP can be deleted")]
    [InlineData("3 the contract has divisions and employees", "GB_CBP divisions employees", 409, "request_conflict",
        "Contract can not be deleted because it has active divisions")]
    [InlineData("4 the contract has employees", "GB_CBP employees", 409, "request_conflict",
        "Contract can not be deleted because it has active employees")]
    public async Task Refuses(string rule, string contract, int status, string type, string message)
    {
        var words = contract.Split(' ');
        var id = contract switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "not a uuid" => "2c9e2f0b-6a35",
            _ => (await Given.Contract(await Given.LegalEntity(), type: words[0], isActive: !words.Contains("deleted"))).ToString(),
        };
        if (words.Contains("divisions"))
            await Given.ContractDivision(Guid.Parse(id));
        if (words.Contains("employees"))
            await Given.ContractEmployee(Guid.Parse(id));
        var credential = await Given.Nhs();
        var before = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

        var answer = await Delete(id, credential);

        answer.IsIlRefusal(status, type, message);
        Assert.True(before == await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"), rule);
    }

    [Fact(DisplayName = "A parent of other contracts may be deleted")]
    public async Task Parent()
    {
        var contractor = await Given.LegalEntity();
        var (parent, child) = (await Given.Contract(contractor), await Given.Contract(contractor));
        await registry.Execute("UPDATE contracts SET parent_contract_id = $2 WHERE id = $1", child, parent);

        (await Delete(parent.ToString(), await Given.Nhs())).Succeeded();
    }

    [Fact(DisplayName = "Of 32 concurrent calls exactly one succeeds, and the others find no contract")]
    public async Task Race()
    {
        var contract = await Given.Contract(await Given.LegalEntity());
        var credential = await Given.Nhs();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Delete(contract.ToString(), credential)));

        Assert.Single(answers, answer => answer.Status == 200);
        foreach (var answer in answers.Where(answer => answer.Status != 200))
            answer.IsIlRefusal(404, "not_found", "Contract with such id is not found");
        Assert.Equal(
            1, await registry.Scalar<long>(
                "SELECT count(*) FROM audit_log WHERE resource = 'contracts' AND resource_id = $1::text AND changeset->>'is_active' = 'false'", contract));
    }

    [Theory(DisplayName = "A delete concurrent with calls that add a division or an employee: a deleted contract has none")]
    [InlineData("POST", "contract_divisions")]
    [InlineData("POST", "contract_employees")]
    [InlineData("PUT", "contract_divisions")]
    [InlineData("PUT", "contract_employees")]
    public async Task AgainstChildren(string verb, string table)
    {
        var contractor = await Given.LegalEntity();
        var (elsewhere, division, employee) = (await Given.Contract(contractor), await Given.Division(contractor),
            await Given.Employee(contractor));
        var credential = await Given.Nhs();
        var outcomes = new HashSet<(int, int)>();
        // More rounds only if the same one has won every time on a busy machine.
        for (var round = 0; round < 60 || (round < 300 && outcomes.Count < 2); round++)
        {
            var contract = await Given.Contract(contractor);
            var moved = verb != "PUT" ? ""
                : "/" + (table == "contract_divisions" ? await Given.ContractDivision(elsewhere, division) : await Given.ContractEmployee(
                    elsewhere, employee, division));
            var body = new JsonObject { ["division_id"] = division.ToString(), ["contract_id"] = contract.ToString() };
            if (table == "contract_employees")
                (body["employee_id"], body["staff_units"], body["declaration_limit"], body["start_date"]) = (employee.ToString(), 1, 0,
                    "2026-01-01T00:00:00Z");
            var text = body.ToJsonString();

            // The head start alternates between them.
            var delete = Task.Delay(round % 3, TestContext.Current.CancellationToken)
                .ContinueWith(_ => Delete(contract.ToString(), credential), TaskScheduler.Default).Unwrap();
            var add = Task.Delay(round % 4, TestContext.Current.CancellationToken)
                .ContinueWith(_ => registry.Send(verb, $"/api/admin/{table}{moved}", credential, text), TaskScheduler.Default).Unwrap();

            var (deleted, added) = ((await delete).Status, (await add).Status);
            Assert.Contains((deleted, added), new[] { (200, 409), (409, verb == "POST" ? 201 : 200) });
            outcomes.Add((deleted, added));
            Assert.Equal(
                added != 409,
                await registry.Scalar<bool>($"SELECT EXISTS (SELECT FROM {table} WHERE contract_id = $1 AND is_active)", contract));
        }
        Assert.Equal(2, outcomes.Count);
    }

    private Task<Answer> Delete(string contract, Credential credential) => registry.Send("DELETE", $"{Path}/{contract}", credential);

    private async Task<Dictionary<string, object?>> Row(Guid contract) =>
        Assert.Single(await registry.Rows("SELECT * FROM contracts WHERE id = $1", contract));
}
