using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Tests.Contracts;

namespace Esoz.Tests.Scenarios;

/// <summary>
/// A day of an operator of the NHS (contracts §7), over HTTP alone: a signed file, its contract, divisions and employees, corrections,
/// suspension, termination, removal in the reverse order; and the audit log of that day.
/// </summary>
public sealed class OperatorsDayTests(Registry registry) : IClassFixture<Registry>
{
    private const string Contracts = "/api/admin/contracts";
    private const string Divisions = "/api/admin/contract_divisions";
    private const string Employees = "/api/admin/contract_employees";
    private const string FileName = "Договір № 7.p7s";

    private static readonly byte[] SignedFile = Encoding.UTF8.GetBytes("підписаний договір № 7");

    private readonly Guid _operator = Guid.NewGuid();
    private readonly Guid _head = Guid.NewGuid();
    private readonly Dictionary<Guid, string> _names = [];

    private Given Given => registry.Given;

    [Fact(DisplayName =
        "From the upload of the signed file to the deletion of the contract: every answer, the data read back, the file, the audit log and the events")]
    public async Task Day()
    {
        var it = await ContractCase.Of(Given);
        var (clinic, branch) = (await Given.Division(it.Contractor), await Given.Division(it.Contractor));
        var (surgeon, nurse) = (await Given.Employee(it.Contractor), await Given.Employee(it.Contractor, type: "ASSISTANT"));
        var nhs = await Given.Nhs(user: _operator);

        // The signed file is uploaded through a link, and the contract says where it is stored.
        await Upload(await Link("PUT", it.Contractor, nhs));
        var body = it.Whole("GB-2026-7");
        body["signed_content_location"] = $"ambulatory_contracts-dev/{it.Contractor}/{FileName}";
        var programs = new[] { Guid.NewGuid(), Guid.NewGuid() }.Order().Select(id => id.ToString()).ToArray();
        body["medical_programs"] = new JsonArray(programs[0], programs[1]);
        var contract = await Create("contract", Contracts, body, nhs);

        var clinicUnder = await Create("clinic", Divisions, Division(clinic, contract), nhs);
        var branchUnder = await Create("branch", Divisions, Division(branch, contract), nhs);
        var surgeonUnder = await Create("surgeon", Employees, Employee(surgeon, clinic, contract, 1), nhs);
        var nurseUnder = await Create("nurse", Employees, Employee(nurse, clinic, contract, 1), nhs);
        Assert.Equal([clinicUnder, branchUnder], await Listed($"{Divisions}?contract_id={contract}", nhs));
        Assert.Equal([surgeonUnder, nurseUnder], await Listed($"{Employees}?contract_id={contract}", nhs));

        // Corrections: the nurse works half-time in the branch, the branch was entered as the clinic, the price differs.
        await Put($"{Employees}/{nurseUnder}", Employee(nurse, branch, contract, 0.5), nhs);
        await Put($"{Divisions}/{branchUnder}", Division(clinic, contract), nhs);
        body.Remove("medical_programs");
        body["nhs_contract_price"] = 990000.5;
        await Put($"{Contracts}/{contract}", body, nhs);
        Assert.Equal([nurseUnder], await Listed($"{Employees}?division_id={branch}", nhs));
        var corrected = (await registry.Send("GET", $"{Contracts}/{contract}", nhs)).Succeeded().Data;
        Assert.Equal((990000.5, $"[\"{programs[0]}\",\"{programs[1]}\"]"),
            (corrected.GetProperty("nhs_contract_price").GetDouble(), corrected.GetProperty("medical_programs").GetRawText()));

        // The head suspends the contract and terminates it.
        var head = await Given.Nhs(user: _head);
        body["is_suspended"] = true;
        await Put($"{Contracts}/{contract}", body, head);
        (body["status"], body["status_reason"], body["reason"]) = ("TERMINATED", "CONTRACTOR_REQUEST", "за заявою");
        await Put($"{Contracts}/{contract}", body, head);
        Assert.Equal(
            [contract],
            await Listed(
                $"{Contracts}?contractor_legal_entity_id={it.Contractor}&status=TERMINATED&is_suspended=true&medical_program_id={programs[0]}", nhs));

        // Removal is possible only in the reverse order.
        await Refused($"{Contracts}/{contract}", nhs, "Contract can not be deleted because it has active divisions");
        await Delete($"{Divisions}/{clinicUnder}", nhs);
        await Refused($"{Contracts}/{contract}", nhs, "Contract can not be deleted because it has active divisions");
        await Delete($"{Divisions}/{branchUnder}", nhs);
        await Refused($"{Contracts}/{contract}", nhs, "Contract can not be deleted because it has active employees");
        await Delete($"{Employees}/{nurseUnder}", nhs);
        await Delete($"{Employees}/{surgeonUnder}", nhs);
        await Delete($"{Contracts}/{contract}", nhs);

        // None of it is shown any more, its number is free again, and the file is still stored.
        foreach (var gone in (string[])[$"{Contracts}/{contract}", $"{Divisions}/{clinicUnder}", $"{Divisions}/{branchUnder}",
            $"{Employees}/{surgeonUnder}", $"{Employees}/{nurseUnder}"])
            (await registry.Send("GET", gone, nhs)).IsIlRefusal(404, "not_found", "Not found");
        foreach (var list in (string[])[$"{Contracts}?contractor_legal_entity_id={it.Contractor}", $"{Divisions}?contract_id={contract}",
            $"{Employees}?contract_id={contract}"])
            Assert.Empty(await Listed(list, nhs));
        Assert.Equal(
            SignedFile,
            await registry.Http.GetByteArrayAsync(await Link("GET", it.Contractor, nhs), TestContext.Current.CancellationToken));
        await Create("next contract", Contracts, it.Whole("GB-2026-7"), nhs);

        await AssertAudit(
            "operator: signed file added",
            "operator: contract added",
            "operator: programme of contract added",
            "operator: programme of contract added",
            "operator: clinic added",
            "operator: branch added",
            "operator: surgeon added",
            "operator: nurse added",
            $"operator: nurse division_id={branch} staff_units=0.5",
            $"operator: branch division_id={clinic}",
            "operator: contract nhs_contract_price=990000.5",
            $"head: contract is_suspended=true updated_by={_head}",
            "head: contract reason=за заявою status=TERMINATED status_reason=CONTRACTOR_REQUEST",
            "operator: clinic is_active=false",
            "operator: branch is_active=false",
            "operator: nurse is_active=false",
            "operator: surgeon is_active=false",
            $"operator: contract is_active=false updated_by={_operator}",
            "operator: programme of contract is_active=false",
            "operator: programme of contract is_active=false",
            "operator: next contract added");
        await AssertEvents(
            "head: StateChangeEvent of Contract contract {\"is_suspended\": {\"new_value\": true}}",
            "head: StatusChangeEvent of Contract contract {\"status\": {\"new_value\": \"TERMINATED\"}}");
    }

    private static JsonObject Division(Guid division, Guid contract) =>
        new() { ["division_id"] = division.ToString(), ["contract_id"] = contract.ToString() };

    private static JsonObject Employee(Guid employee, Guid division, Guid contract, double staffUnits) => new()
    {
        ["staff_units"] = staffUnits,
        ["declaration_limit"] = 0,
        ["employee_id"] = employee.ToString(),
        ["division_id"] = division.ToString(),
        ["contract_id"] = contract.ToString(),
        ["start_date"] = "2026-01-01T00:00:00Z",
        ["end_date"] = null,
    };

    private async Task<string> Link(string action, Guid contractor, Credential nhs)
    {
        var body = new JsonObject { ["action"] = action, ["resource_id"] = contractor.ToString(), ["resource_name"] = FileName };
        return (await registry.Send("POST", $"{Contracts}/media_storage/generate_url", nhs, body.ToJsonString())).Succeeded()
            .Data.GetProperty("url").GetString()!;
    }

    private async Task Upload(string link)
    {
        using var content = new ByteArrayContent(SignedFile);
        using var response = await registry.Http.PutAsync(link, content, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)response.StatusCode);
    }

    /// <summary>Asserts that what was created is read back as it was answered.</summary>
    private async Task<Guid> Create(string name, string path, JsonObject body, Credential credential)
    {
        var created = (await registry.Send("POST", path, credential, body.ToJsonString())).Succeeded(201).Data;
        var id = created.GetProperty("id").GetGuid();
        Assert.Equal(created.GetRawText(), (await registry.Send("GET", $"{path}/{id}", credential)).Succeeded().Data.GetRawText());
        _names[id] = name;
        return id;
    }

    /// <summary>Asserts that every member sent is in the answer and is read back.</summary>
    private async Task Put(string path, JsonObject body, Credential credential)
    {
        var updated = (await registry.Send("PUT", path, credential, body.ToJsonString())).Succeeded().Data;
        foreach (var (member, sent) in body)
            Assert.True(JsonNode.DeepEquals(sent, JsonNode.Parse(updated.GetProperty(member).GetRawText())),
                $"{path} {member}: {updated.GetProperty(member).GetRawText()}");
        Assert.Equal(updated.GetRawText(), (await registry.Send("GET", path, credential)).Succeeded().Data.GetRawText());
    }

    private async Task<IReadOnlyList<Guid>> Listed(string path, Credential credential) =>
        (await registry.Send("GET", path, credential)).Succeeded().Ids();

    private async Task Delete(string path, Credential credential) =>
        Assert.Equal("{}", (await registry.Send("DELETE", path, credential)).Succeeded().Data.GetRawText());

    private async Task Refused(string path, Credential credential, string message) =>
        (await registry.Send("DELETE", path, credential)).IsIlRefusal(409, "request_conflict", message);

    /// <summary>The rows of the two users in order, with the changed columns.</summary>
    private async Task AssertAudit(params string[] story)
    {
        var rows = await registry.Rows(
            "SELECT actor_id, resource, resource_id, changeset::text AS changeset FROM audit_log WHERE actor_id = $1::text OR actor_id = $2::text ORDER BY inserted_at, resource DESC", _operator, _head);
        Assert.Equal(story, rows.Select(row =>
        {
            var changes = JsonDocument.Parse((string)row["changeset"]!).RootElement;
            var what = (string)row["resource"]! switch
            {
                "contract_medical_programs" => "programme of contract",
                "media_uploads" => "signed file",
                _ => _names[Guid.Parse((string)row["resource_id"]!)],
            };
            var isNew = changes.TryGetProperty("inserted_by", out _) || changes.TryGetProperty("content_digest", out _);
            return $"{Person(Guid.Parse((string)row["actor_id"]!))}: {what} " + (isNew ? "added"
                : string.Join(' ', changes.EnumerateObject().OrderBy(change => change.Name, StringComparer.Ordinal)
                    .Select(change => $"{change.Name}={change.Value.GetRawText().Trim('"')}")));
        }));
    }

    private async Task AssertEvents(params string[] story)
    {
        var rows = await registry.Rows(
            "SELECT event_type, entity_type, entity_id, properties::text AS properties, changed_by FROM events ORDER BY event_time");
        Assert.Equal(
            story, rows.Select(
                row => $"{Person((Guid)row["changed_by"]!)}: {row["event_type"]} of {row["entity_type"]} {_names[(Guid)row["entity_id"]!]} {row["properties"]}"));
    }

    private string Person(Guid user) => user == _head ? "head" : "operator";
}
