using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Contracts;

namespace Esoz.Tests.Contracts;

/// <summary>Private. Update contract (contracts §5.3); checks 3–11 are in <see cref="ContractReferencesTests"/>.</summary>
public sealed class UpdateContractTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/admin/contracts";

    private Given Given => registry.Given;

    [Fact(DisplayName =
        "Replaces every field of the body, an absent optional one by null; programmes and inserted_* stay, updated_* are new")]
    public async Task Replaces()
    {
        var (it, other) = (await ContractCase.Of(Given), await ContractCase.Of(Given));
        var body = it.Whole("GB-1001", await Given.Contract(it.Contractor));
        body["medical_programs"] = new JsonArray(Guid.NewGuid().ToString());
        var before = (await registry.Send("POST", Path, await Given.Nhs(), body.ToJsonString())).Succeeded(201).Data;
        var id = before.GetProperty("id").GetGuid();
        var user = Guid.NewGuid();
        body = other.RequiredOnly("TERMINATED");
        body["start_date"] = "2026-02-01";
        body["is_suspended"] = true;

        var data = (await Update(id, body, await Given.Nhs(user: user))).Succeeded().Data;

        Assert.Equal(ContractCase.Members, data.EnumerateObject().Select(member => member.Name));
        foreach (var member in ContractCase.Members.Except(
            ["id", "medical_programs", "is_active", "inserted_at", "inserted_by", "updated_at", "updated_by"]))
            Assert.True(JsonNode.DeepEquals(body[member], JsonNode.Parse(data.GetProperty(member).GetRawText())),
                $"{member}: {data.GetProperty(member).GetRawText()}");
        foreach (var member in (string[])["id", "medical_programs", "is_active", "inserted_at", "inserted_by"])
            Assert.Equal(before.GetProperty(member).GetRawText(), data.GetProperty(member).GetRawText());
        Assert.Equal(user, data.GetProperty("updated_by").GetGuid());
        Assert.True(data.GetProperty("updated_at").GetDateTime() > before.GetProperty("updated_at").GetDateTime());
        Assert.Equal(data.GetRawText(), (await registry.Send("GET", $"{Path}/{id}", await Given.Nhs())).Succeeded().Data.GetRawText());
    }

    [Theory(DisplayName = "A change of status or is_suspended is an event, and only that; the audit row names what changed")]
    [InlineData(
        "TERMINATED", false, "StatusChangeEvent {\"status\": {\"new_value\": \"TERMINATED\"}}", "nhs_contract_price status updated_by")]
    [InlineData(
        "VERIFIED", true, "StateChangeEvent {\"is_suspended\": {\"new_value\": true}}", "is_suspended nhs_contract_price updated_by")]
    [InlineData(
        "TERMINATED", true,
        "StateChangeEvent {\"is_suspended\": {\"new_value\": true}}, StatusChangeEvent {\"status\": {\"new_value\": \"TERMINATED\"}}",
        "is_suspended nhs_contract_price status updated_by")]
    [InlineData("VERIFIED", false, "", "nhs_contract_price updated_by")]
    public async Task Trace(string status, bool isSuspended, string events, string changed)
    {
        var it = await ContractCase.Of(Given);
        var body = it.Whole();
        var id = (await registry.Send("POST", Path, await Given.Nhs(), body.ToJsonString())).Succeeded(201)
            .Data.GetProperty("id").GetGuid();
        var user = Guid.NewGuid();
        (body["status"], body["is_suspended"], body["nhs_contract_price"]) = (status, isSuspended, 7);

        (await Update(id, body, await Given.Nhs(user: user))).Succeeded();

        var written = await registry.Rows(
            "SELECT event_type || ' ' || properties::text AS event, entity_type, changed_by FROM events WHERE entity_id = $1 ORDER BY 1",
            id);
        Assert.Equal(events, string.Join(", ", written.Select(change => change["event"])));
        Assert.All(written, change => Assert.Equal(("Contract", user), (change["entity_type"], change["changed_by"])));
        var audit = Assert.Single(await registry.Rows(
            "SELECT (SELECT string_agg(k, ' ' ORDER BY k) FROM jsonb_object_keys(changeset) k) AS members FROM audit_log WHERE resource = 'contracts' AND resource_id = $1::text AND actor_id = $2::text", id, user));
        Assert.Equal(changed, audit["members"]);
    }

    [Fact(DisplayName = "VERIFIED may be set again; a contract keeps its own number")]
    public async Task VerifiedAgain()
    {
        var it = await ContractCase.Of(Given);
        var id = await Given.Contract(it.Contractor, status: "TERMINATED", number: "GB-1002");
        var body = it.Whole("GB-1002");

        (await Update(id, body, await Given.Nhs())).Succeeded();
        (await Update(id, body, await Given.Nhs())).Succeeded();
    }

    [Theory(DisplayName = "1–2 come before the checks of the body, of which every one is broken here")]
    [InlineData("1 there is no such contract", "missing", 404, "not_found", "Contract with such id is not found")]
    [InlineData("1 the id is no uuid", "not a uuid", 404, "not_found", "Contract with such id is not found")]
    [InlineData(
        "1 the contract is deleted, and of another type", "CAPITATION deleted", 404, "not_found", "Contract with such id is not found")]
    [InlineData(
        "2 the contract is of another type", "CAPITATION", 409, "request_conflict", "Only contracts with type GB_CBP can be updated")]
    [InlineData(
        "2 the contract is of another type", "REIMBURSEMENT", 409, "request_conflict", "Only contracts with type GB_CBP can be updated")]
    public async Task Refuses(string rule, string contract, int status, string type, string message)
    {
        var id = contract switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "not a uuid" => "2c9e2f0b-6a35",
            _ => (await Given.Contract(await Given.LegalEntity(), type: contract.Split(' ')[0], isActive: contract.Split(' ')
                .Length == 1)).ToString(),
        };
        var before = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource = 'contracts'");

        var answer = await registry.Send("PUT", $"{Path}/{id}", await Given.Nhs(),
            new ContractCase(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()).RequiredOnly("NEW").ToJsonString());

        answer.IsIlRefusal(status, type, message);
        Assert.True(before == await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource = 'contracts'"), rule);
    }

    [Fact(DisplayName = "The schema comes before 1; it is that of creating without medical_programs")]
    public async Task Schema()
    {
        var body = (await ContractCase.Of(Given)).RequiredOnly();
        body["medical_programs"] = new JsonArray();

        var answer = await Update(Guid.NewGuid(), body, await Given.Nhs());

        answer.IsIlBusinessFault("$.medical_programs", "schema does not allow additional properties");
        var create = JsonNode.Parse(CreateContract.Card.Body!.Document.GetRawText())!.AsObject();
        create["properties"]!.AsObject().Remove("medical_programs");
        create["title"] = "UpdateContract";
        Assert.Equal(create.ToJsonString(), JsonSerializer.Serialize(UpdateContract.Card.Body!.Document));
    }

    [Fact(DisplayName = "Of 32 contracts that take one number at the same time exactly one gets it, and the others stay as they were")]
    public async Task RaceForNumber()
    {
        var it = await ContractCase.Of(Given);
        var number = Guid.NewGuid().ToString();
        var contracts = new List<Guid>();
        for (var i = 0; i < 32; i++)
            contracts.Add(await Given.Contract(it.Contractor));
        var credential = await Given.Nhs();

        var answers = await Task.WhenAll(contracts.Select(contract => Update(contract, it.Whole(number), credential)));

        Assert.Single(answers, answer => answer.Status == 200);
        foreach (var answer in answers.Where(answer => answer.Status != 200))
            answer.IsIlRefusal(409, "request_conflict", "Verified contract with such number already exists", "$.contract_number");
        Assert.Equal(
            1, await registry.Scalar<long>(
                "SELECT count(*) FROM contracts WHERE contractor_legal_entity_id = $1 AND updated_by IS NOT NULL", it.Contractor));
    }

    [Fact(DisplayName = "32 concurrent updates of one contract all succeed, one after another")]
    public async Task Parallel()
    {
        var it = await ContractCase.Of(Given);
        var contract = await Given.Contract(it.Contractor);
        var credential = await Given.Nhs();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(price =>
        {
            var body = it.RequiredOnly();
            body["nhs_contract_price"] = price;
            return Update(contract, body, credential);
        }));

        Assert.All(answers, answer => answer.Succeeded());
        Assert.Equal(
            32, await registry.Scalar<long>(
                "SELECT count(DISTINCT changeset->>'nhs_contract_price') FROM audit_log WHERE resource = 'contracts' AND resource_id = $1::text AND changeset ? 'nhs_contract_price'", contract));
    }

    [Fact(DisplayName = "Two contracts that concurrently become each other's parent do not deadlock")]
    public async Task Parents()
    {
        var it = await ContractCase.Of(Given);
        var (first, second) = (await Given.Contract(it.Contractor), await Given.Contract(it.Contractor));
        var credential = await Given.Nhs();

        for (var round = 0; round < 20; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
                i % 2 == 0 ? Update(first, it.Whole(parent: second), credential) : Update(second, it.Whole(parent: first), credential)));

            Assert.All(answers, answer => answer.Succeeded());
        }
    }

    [Fact(DisplayName =
        "A concurrent update and delete of one contract: it is deleted in the end, and is updated before or not at all")]
    public async Task AgainstDelete()
    {
        var it = await ContractCase.Of(Given);
        var credential = await Given.Nhs();
        for (var round = 0; round < 20; round++)
        {
            var contract = await Given.Contract(it.Contractor);

            var update = Update(contract, it.Whole(), credential);
            (await registry.Send("DELETE", $"{Path}/{contract}", credential)).Succeeded();

            if ((await update).Status == 200)
                Assert.True((await update).Data.GetProperty("is_active").GetBoolean());
            else
                (await update).IsIlRefusal(404, "not_found", "Contract with such id is not found");
            var row = Assert.Single(
                await registry.Rows("SELECT is_active, reason IS NOT NULL AS is_updated FROM contracts WHERE id = $1", contract));
            Assert.Equal((false, (await update).Status == 200), (row["is_active"], row["is_updated"]));
        }
    }

    private Task<Answer> Update(Guid contract, JsonObject body, Credential credential) =>
        registry.Send("PUT", $"{Path}/{contract}", credential, body.ToJsonString());
}
