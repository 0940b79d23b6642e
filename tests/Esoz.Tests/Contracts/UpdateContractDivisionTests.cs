using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Contracts;

namespace Esoz.Tests.Contracts;

/// <summary>Private. Update contract division (contracts §4.2).</summary>
public sealed class UpdateContractDivisionTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/admin/contract_divisions";

    private Given Given => registry.Given;

    [Fact(DisplayName = "The record moves to another contract and division, also of another contractor; everything else stays")]
    public async Task Moves()
    {
        var id = await Given.ContractDivision(await Given.Contract(await Given.LegalEntity()));
        var contractor = await Given.LegalEntity();
        var (division, contract, user) = (await Given.Division(contractor), await Given.Contract(contractor), Guid.NewGuid());
        var before = await Row(id);

        var data = (await Update($"{id}", division, contract, await Given.Nhs(user: user))).Succeeded().Data;

        Assert.Equal(ContractRecord.Division.Members, data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            (id, division, contract),
            (data.GetProperty("id").GetGuid(), data.GetProperty("division_id").GetGuid(), data.GetProperty("contract_id").GetGuid()));
        var after = await Row(id);
        Assert.Equal(["contract_id", "division_id", "updated_at", "updated_by"],
            after.Keys.Where(column => !Equals(before[column], after[column])).Order());
        Assert.Equal((division, contract, user), (after["division_id"], after["contract_id"], after["updated_by"]));
        var audit = Assert.Single(await registry.Rows(
            "SELECT (SELECT string_agg(k, ' ' ORDER BY k) FROM jsonb_object_keys(changeset) k) AS members FROM audit_log WHERE resource_id = $1::text AND actor_id = $2::text", id, user));
        Assert.Equal("contract_id division_id updated_by", audit["members"]);
        Assert.Empty(await registry.Rows("SELECT FROM events WHERE entity_id = $1", id));
    }

    [Fact(DisplayName = "The schema is that of creating, and comes before 1")]
    public async Task Schema()
    {
        (await registry.Send(
            "PUT", $"{Path}/{Guid.NewGuid()}", await Given.Nhs(), $$"""{"division_id":"{{Guid.NewGuid()}}","contract_id":"17"}"""))
            .IsIlRefusal(422, "validation_failed", Answer.ValidationFailed, "$.contract_id",
                "string does not match pattern \"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$\"");
        var create = JsonNode.Parse(CreateContractDivision.Card.Body!.Document.GetRawText())!.AsObject();
        create["title"] = "UpdateContractDivision";
        Assert.Equal(create.ToJsonString(), JsonSerializer.Serialize(UpdateContractDivision.Card.Body!.Document));
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time.</summary>
    public static TheoryData<string, string, string, string, int, string?, string> Validations => new()
    {
        // rule, record, division, contract, status, path, message
        { "1 record is missing; division and contract too", "missing", "missing", "missing", 404, null,
            "Contract division with such id is not found" },
        { "1 the id is no uuid; division and contract are missing", "not a uuid", "missing", "missing", 404, null,
            "Contract division with such id is not found" },
        { "1 record is deleted, its contract of another type; division foreign, contract deleted", "deleted CAPITATION", "foreign",
            "deleted", 404, null, "Contract division with such id is not found" },
        { "2 present contract is of another type; division and contract are missing", "CAPITATION", "missing", "missing", 409, null,
            "Only contract divisions for contract with type GB_CBP can be updated" },
        { "2 present contract is deleted; division foreign, contract deleted", "orphan", "foreign", "deleted", 409, null,
            "Only contract divisions for contract with type GB_CBP can be updated" },
        { "3 division is missing; contract too", "right", "missing", "missing", 404, "$.division_id", "Division is not found" },
        { "3 division is deleted and foreign; contract deleted", "right", "deleted foreign", "deleted", 404, "$.division_id",
            "Division is not found" },
        { "4 division is foreign; contract deleted", "right", "foreign", "deleted", 409, "$.division_id",
            "Division is not correspond to contractor legal entity" },
        { "4 division is foreign; contract of another type", "right", "foreign", "REIMBURSEMENT", 409, "$.division_id",
            "Division is not correspond to contractor legal entity" },
        { "5 contract is missing; the owner of the division is not looked at", "right", "foreign", "missing", 409, "$.contract_id",
            "Contract must be an active and with GB_CBP type" },
        { "5 contract is deleted", "right", "own", "deleted", 409, "$.contract_id", "Contract must be an active and with GB_CBP type" },
        { "5 contract is of another type", "right", "own", "CAPITATION", 409, "$.contract_id",
            "Contract must be an active and with GB_CBP type" },
    };

    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(string rule, string record, string division, string contract, int status, string? path, string message)
    {
        var contractor = await Given.LegalEntity();
        var present = await Given.Contract(
            contractor, type: Has(record, "CAPITATION") ? "CAPITATION" : "GB_CBP", isActive: record != "orphan");
        var id = record switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "not a uuid" => "2c9e2f0b-6a35",
            _ => (await Given.ContractDivision(present, isActive: !Has(record, "deleted"))).ToString(),
        };
        var divisionId = division == "missing" ? Guid.NewGuid()
            : await Given.Division(Has(division, "foreign") ? await Given.LegalEntity() : contractor, isActive: !Has(division, "deleted"));
        var contractId = contract == "missing" ? Guid.NewGuid()
            : await Given.Contract(contractor, type: contract == "deleted" ? "GB_CBP" : contract, isActive: contract != "deleted");
        var credential = await Given.Nhs();
        var before = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

        var answer = await Update(id, divisionId, contractId, credential);

        answer.IsIlRefusal(status, status == 404 ? "not_found" : "request_conflict", message, path);
        Assert.True(before == await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"), rule);
    }

    [Fact(DisplayName = "32 concurrent updates of one record, alternating between two contracts, all succeed")]
    public async Task Parallel()
    {
        var contractor = await Given.LegalEntity();
        Guid[] contracts = [await Given.Contract(contractor), await Given.Contract(contractor)];
        var (division, id) = (await Given.Division(contractor), await Given.ContractDivision(contracts[0]));
        var credential = await Given.Nhs();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Update($"{id}", division, contracts[i % 2], credential)));

        Assert.All(answers, answer => answer.Succeeded());
    }

    [Fact(DisplayName =
        "A concurrent update and delete of one record: it is deleted in the end, and is updated before or not at all")]
    public async Task AgainstDelete()
    {
        var contractor = await Given.LegalEntity();
        var (contract, division, credential) = (await Given.Contract(contractor), await Given.Division(contractor), await Given.Nhs());
        for (var round = 0; round < 20; round++)
        {
            var id = await Given.ContractDivision(contract);

            var update = Update($"{id}", division, contract, credential);
            (await registry.Send("DELETE", $"{Path}/{id}", credential)).Succeeded();

            if ((await update).Status == 200)
                Assert.True((await update).Data.GetProperty("is_active").GetBoolean());
            else
                (await update).IsIlRefusal(404, "not_found", "Contract division with such id is not found");
            var row = await Row(id);
            Assert.Equal((false, (await update).Status == 200), (row["is_active"], Equals(row["division_id"], division)));
        }
    }

    private static bool Has(string text, string word) => text.Split(' ').Contains(word);

    private Task<Answer> Update(string id, Guid division, Guid contract, Credential credential) =>
        registry.Send("PUT", $"{Path}/{id}", credential, $$"""{"division_id":"{{division}}","contract_id":"{{contract}}"}""");

    private async Task<Dictionary<string, object?>> Row(Guid id) =>
        Assert.Single(await registry.Rows("SELECT * FROM contract_divisions WHERE id = $1", id));
}
