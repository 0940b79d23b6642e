using System.Text.Json.Nodes;

namespace Esoz.Tests.Contracts;

/// <summary>The nine checks that creating and updating a contract share (contracts §5.2 1–9, §5.3 3–11).</summary>
public sealed class ContractReferencesTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/admin/contracts";

    private Given Given => registry.Given;

    /// <summary>
    /// Each row breaks its own rule and every later one that can be broken at the same time. A contractor that does not exist has no owner,
    /// and a signer cannot work in a legal entity that does not exist.
    /// </summary>
    public static TheoryData<string, string, int, string, string> Validations => new()
    {
        // what is broken: its own rule first; status, path, message
        { "1", "status NEW; contractor missing; owner missing; signer missing; nhs missing; parent missing", 422, "$.status",
            "Invalid contract status" },
        { "1", "status verified; contractor inactive; owner foreign; signer foreign; nhs inactive; parent missing", 422, "$.status",
            "Invalid contract status" },
        { "2", "contractor missing; owner missing; signer missing; nhs missing; parent missing; number taken", 409,
            "$.contractor_legal_entity_id", "Invalid contractor legal entity id" },
        { "2", "contractor inactive; owner foreign; signer foreign; nhs inactive; parent missing; number taken", 409,
            "$.contractor_legal_entity_id", "Invalid contractor legal entity id" },
        { "3", "owner missing; signer missing; nhs missing; parent missing; number taken", 404, "$.contractor_owner_id",
            "Employee is not found" },
        { "4", "owner foreign; signer missing; nhs missing; parent missing; number taken", 422, "$.contractor_owner_id",
            "Contractor owner must be an active and within current legal entity" },
        { "4", "owner DOCTOR; signer foreign; nhs inactive; parent missing; number taken", 422, "$.contractor_owner_id",
            "Contractor owner must be an active and within current legal entity" },
        { "4", "owner PHARMACY_OWNER; signer STOPPED; nhs MSP; parent missing; number taken", 422, "$.contractor_owner_id",
            "Contractor owner must be an active and within current legal entity" },
        { "4", "owner STOPPED; signer missing; nhs inactive; parent missing; number taken", 422, "$.contractor_owner_id",
            "Contractor owner must be an active and within current legal entity" },
        { "4", "owner deleted; signer missing; nhs inactive; parent missing; number taken", 422, "$.contractor_owner_id",
            "Contractor owner must be an active and within current legal entity" },
        { "5", "signer missing; nhs missing; parent missing; number taken", 404, "$.contractor_owner_id", "Employee is not found" },
        { "5", "signer missing; nhs inactive; parent missing; number taken", 404, "$.contractor_owner_id", "Employee is not found" },
        { "6", "signer foreign; nhs missing; parent missing; number taken", 422, "$.contractor_owner_id",
            "Contractor signer must be an active and within NHS legal entity" },
        { "6", "signer foreign; nhs inactive; parent missing; number taken", 422, "$.contractor_owner_id",
            "Contractor signer must be an active and within NHS legal entity" },
        { "6", "signer of a legal entity that is no NHS; nhs MSP; parent missing; number taken", 422, "$.contractor_owner_id",
            "Contractor signer must be an active and within NHS legal entity" },
        { "6", "signer STOPPED; nhs inactive; parent missing; number taken", 422, "$.contractor_owner_id",
            "Contractor signer must be an active and within NHS legal entity" },
        { "6", "signer deleted; nhs inactive; parent missing; number taken", 422, "$.contractor_owner_id",
            "Contractor signer must be an active and within NHS legal entity" },
        { "7", "nhs inactive; parent missing; number taken", 409, "$.contractor_legal_entity_id", "Invalid nhs legal entity id" },
        { "8", "parent missing; number taken", 409, "$.parent_contract_id", "Invalid parent contract id" },
        { "9", "number taken", 409, "$.contract_number", "Verified contract with such number already exists" },
    };

    [Theory(DisplayName = "Create")]
    [MemberData(nameof(Validations))]
    public async Task Creates(string rule, string broken, int status, string path, string message)
    {
        var (body, credential) = (await Body(broken), await Given.Nhs());
        var before = await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')");

        var answer = await registry.Send("POST", Path, credential, body.ToJsonString());

        Refused(answer, status, path, message);
        Assert.True(before == await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"), $"{rule}: nothing is written");
    }

    [Theory(DisplayName = "Update")]
    [MemberData(nameof(Validations))]
    public async Task Updates(string rule, string broken, int status, string path, string message)
    {
        var body = await Body(broken);
        var contract = await Given.Contract(await Given.LegalEntity());
        var before = Assert.Single(await registry.Rows("SELECT * FROM contracts WHERE id = $1", contract));

        var answer = await registry.Send("PUT", $"{Path}/{contract}", await Given.Nhs(), body.ToJsonString());

        Refused(answer, status, path, message);
        Assert.True(before.SequenceEqual(Assert.Single(await registry.Rows("SELECT * FROM contracts WHERE id = $1", contract))),
            $"{rule}: nothing is written");
    }

    [Theory(DisplayName = "Legal entities need only is_active, a parent only has to exist")]
    [InlineData("contractor SUSPENDED")]
    [InlineData("contractor CLOSED")]
    [InlineData("parent deleted")]
    public async Task Allows(string circumstance) =>
        (await registry.Send("POST", Path, await Given.Nhs(), (await Body(circumstance)).ToJsonString())).Succeeded(201);

    private static void Refused(Answer answer, int status, string path, string message)
    {
        if (status == 422)
            answer.IsIlBusinessFault(path, message);
        else
            answer.IsIlRefusal(status, status == 404 ? "not_found" : "request_conflict", message, path);
    }

    private async Task<JsonObject> Body(string broken)
    {
        var words = broken.Split("; ").Select(part => part.Split(' ')).ToDictionary(part => part[0], part => part[1]);
        var contractor = await Given.LegalEntity(
            Is("contractor", "SUSPENDED") ? "SUSPENDED" : Is("contractor", "CLOSED") ? "CLOSED"
            : "ACTIVE", isActive: !Is("contractor", "inactive"));
        var nhs = await Given.LegalEntity(type: Is("nhs", "MSP") ? "MSP" : "NHS", isActive: !Is("nhs", "inactive"));
        var other = await Given.LegalEntity(type: "NHS");
        var it = new ContractCase(
            Is("contractor", "missing") ? Guid.NewGuid() : contractor,
            await Employee("owner", "OWNER", contractor),
            Is("nhs", "missing") ? Guid.NewGuid() : nhs,
            await Employee("signer", "NHS_SIGNER", nhs));
        var body = it.RequiredOnly(words.GetValueOrDefault("status", "VERIFIED"));
        if (words.TryGetValue("parent", out var parent))
            body["parent_contract_id"] = (parent == "missing" ? Guid.NewGuid() : await Given.Contract(other, isActive: false)).ToString();
        if (words.ContainsKey("number"))
        {
            body["contract_number"] = Guid.NewGuid().ToString();
            await Given.Contract(other, number: body["contract_number"]!.GetValue<string>());
        }
        return body;

        bool Is(string what, string how) => words.GetValueOrDefault(what) == how;

        async Task<Guid> Employee(string what, string type, Guid legalEntity) => words.GetValueOrDefault(what) switch
        {
            "missing" => Guid.NewGuid(),
            "foreign" => await Given.Employee(other, type: type),
            "STOPPED" => await Given.Employee(legalEntity, type: type, status: "STOPPED"),
            "deleted" => await Given.Employee(legalEntity, type: type, isActive: false),
            "DOCTOR" or "PHARMACY_OWNER" => await Given.Employee(legalEntity, type: words[what]),
            _ => await Given.Employee(legalEntity, type: type),
        };
    }
}
