namespace Esoz.Tests.Contracts;

/// <summary>Deleting a record of a contract (contracts §3.4, §4.4).</summary>
public abstract class ContractRecordDeletion(Registry registry, ContractRecord kind)
{
    private Given Given => registry.Given;

    [Theory(DisplayName =
        "The record is no longer is_active, be its contract deleted or not; the answer is an empty object, one audit row says so, and nothing else changes")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deletes(bool contractIsActive)
    {
        var id = await kind.Insert(Given, await Given.Contract(await Given.LegalEntity(), isActive: contractIsActive), true);
        var before = await kind.Row(registry, id);
        var user = Guid.NewGuid();

        var answer = await Delete($"{id}", await Given.Nhs(user: user));

        Assert.Equal("{}", answer.Succeeded().Data.GetRawText());
        Assert.Equal(["meta", "data"], answer.Json.EnumerateObject().Select(member => member.Name));
        var after = await kind.Row(registry, id);
        Assert.Equal(["is_active", "updated_at", "updated_by"], after.Keys.Where(column => !Equals(before[column], after[column])).Order());
        Assert.Equal((false, user), (after["is_active"], after["updated_by"]));
        var audit = Assert.Single(
            await registry.Rows(
                "SELECT resource, changeset::text AS changeset FROM audit_log WHERE resource_id = $1::text AND actor_id = $2::text", id,
                user));
        Assert.Equal((kind.Table, $$"""{"is_active": false, "updated_by": "{{user}}"}"""), (audit["resource"], audit["changeset"]));
        Assert.Empty(await registry.Rows("SELECT FROM events WHERE entity_id = $1", id));
    }

    /// <summary>If a record that breaks 1 has a contract, that contract is of another type, so the order is tested.</summary>
    [Theory(DisplayName = "Validation")]
    [InlineData("1 there is no such record", "missing", 404, "not_found", "Contract @ with such id is not found")]
    [InlineData("1 the id is no uuid", "not a uuid", 404, "not_found", "Contract @ with such id is not found")]
    [InlineData("1 the record is deleted, its contract of another type", "CAPITATION deleted", 404, "not_found",
        "Contract @ with such id is not found")]
    [InlineData("2 its contract is of another type", "CAPITATION", 409, "request_conflict",
        "Only contract @s for contract with type GB_CBP can be deleted")]
    [InlineData("2 its contract is of another type", "REIMBURSEMENT", 409, "request_conflict",
        "Only contract @s for contract with type GB_CBP can be deleted")]
    public async Task Refuses(string rule, string record, int status, string type, string message)
    {
        var id = await kind.Id(Given, record);
        var credential = await Given.Nhs();
        var before = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

        var answer = await Delete(id, credential);

        answer.IsIlRefusal(status, type, message.Replace("@", kind.Name, StringComparison.Ordinal));
        Assert.True(before == await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"), rule);
    }

    [Fact(DisplayName = "Of 32 concurrent calls exactly one succeeds, and the others find no record")]
    public async Task Race()
    {
        var id = await kind.Insert(Given, await Given.Contract(await Given.LegalEntity()), true);
        var credential = await Given.Nhs();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Delete($"{id}", credential)));

        Assert.Single(answers, answer => answer.Status == 200);
        foreach (var answer in answers.Where(answer => answer.Status != 200))
            answer.IsIlRefusal(404, "not_found", $"Contract {kind.Name} with such id is not found");
        Assert.Equal(
            1, await registry.Scalar<long>(
                "SELECT count(*) FROM audit_log WHERE resource_id = $1::text AND changeset->>'is_active' = 'false'", id));
    }

    private Task<Answer> Delete(string id, Credential credential) => registry.Send("DELETE", $"{kind.Path}/{id}", credential);
}
