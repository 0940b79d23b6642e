namespace Esoz.Tests.Employees;

/// <summary>Get employees (employee-roles §6.4).</summary>
public sealed class GetEmployeesTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/employees";
    private const string Scope = "employee:read";

    private Given Given => registry.Given;

    [Fact(DisplayName = "Shows the caller's own active APPROVED employees, oldest first, with every member in order")]
    public async Task Lists()
    {
        var provider = await Given.Provider();
        var division = await Given.Division(provider);
        var first = await Given.Doctor(provider, division);
        await registry.Execute("UPDATE employees SET end_date = '2026-12-31', additional_info = $2::json WHERE id = $1", first,
            $$"""{"educations":[],"specialities":[{{Given.Officio}}]}""");
        await registry.Execute("UPDATE divisions SET mountain_group = true, dls_id = '18/2', dls_verified = false WHERE id = $1", division);
        await registry.Execute(
            "UPDATE legal_entities SET name = NULL, edr = '{\"name\":\"КНП «З реєстру»\"}', short_name = 'Коротка', public_name = 'Відома' WHERE id = $1", provider);
        var second = await Given.Employee(provider, type: "OWNER");
        await Given.Employee(provider, status: "STOPPED");
        await Given.Employee(provider, isActive: false);
        await Given.Employee(await Given.Provider());

        var answer = (await Get("", provider)).Succeeded();

        Assert.Equal(["meta", "data", "paging"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("list", answer.Json.GetProperty("meta").GetProperty("type").GetString());
        Assert.Equal(
            """{"page_number":1,"page_size":50,"total_entries":2,"total_pages":1}""", answer.Json.GetProperty("paging").GetRawText());
        Assert.Equal([first, second], answer.Ids());
        var party = Assert.Single(await registry.Rows("SELECT party_id FROM employees WHERE id = $1", first))["party_id"];
        var edrpou = await registry.Scalar<string>("SELECT edrpou FROM legal_entities WHERE id = $1", provider);
        Assert.Equal(
            $$$"""
            {"id":"{{{first}}}","position":"P7","employee_type":"DOCTOR","status":"APPROVED","is_active":true,"minfin_validation_status":"VERIFICATION_NEEDED","start_date":"2019-06-04","end_date":"2026-12-31",
            "party":{"id":"{{{party}}}","no_tax_id":false,"first_name":"Олена","last_name":"Ткачук","second_name":null,"verification_status":"VERIFICATION_NEEDED",
            "minfin_validation_status":"VERIFICATION_NEEDED","declaration_limit":0,"declaration_count":0},
            "division":{"id":"{{{division}}}","name":"Амбулаторія","legal_entity_id":"{{{provider}}}","type":"CLINIC","status":"ACTIVE","mountain_group":true,"dls_id":"18/2","dls_verified":false},
            "legal_entity":{"id":"{{{provider}}}","name":"КНП «З реєстру»","short_name":"Коротка","public_name":"Відома","type":"OUTPATIENT","edrpou":"{{{edrpou}}}","status":"ACTIVE"},
            "doctor":{"specialities":[{"speciality":"FAMILY_DOCTOR","speciality_officio":true,"level":"FIRST","qualification_type":"AWARDING","attestation_name":null,"attestation_date":null,"valid_to_date":null,"certificate_number":null}]}}
            """.ReplaceLineEndings(""),
            answer.Data[0].GetRawText().Replace(" : ", ":", StringComparison.Ordinal).Replace(", \"", ",\"", StringComparison.Ordinal));
        Assert.Equal(("null", "null", "legal_entity"),
            (answer.Data[1].GetProperty("end_date").GetRawText(), answer.Data[1].GetProperty("division").GetRawText(),
                answer.Data[1].EnumerateObject().Last().Name));
    }

    [Fact(DisplayName = "Seven types have a role block, last and named after the type in lower case; other types have no such member")]
    public async Task RoleBlocks()
    {
        var provider = await Given.Provider();
        foreach (var type in Esoz.Codes.EmployeeType.All)
            await registry.Execute("UPDATE employees SET speciality = $2::json WHERE id = $1",
                await Given.Employee(provider, type: type), Given.Officio);

        var last = (await Get("", provider)).Succeeded().Data.EnumerateArray().ToDictionary(
            employee => employee.GetProperty("employee_type").GetString()!, employee => employee.EnumerateObject().Last());

        string[] types = ["DOCTOR", "SPECIALIST", "ASSISTANT", "PHARMACIST", "MED_ADMIN", "LABORANT", "MED_COORDINATOR"];
        Assert.Equal(Esoz.Codes.EmployeeType.All.Count, last.Count);
        Assert.All(last, it => Assert.Equal(types.Contains(it.Key) ? it.Key.ToLowerInvariant() : "legal_entity", it.Value.Name));
        Assert.All(types, type => Assert.Equal(1, last[type].Value.GetProperty("specialities").GetArrayLength()));
    }

    [Theory(DisplayName = "The speciality of the post is the first one, unless the list contains it; without any there is no role block")]
    [InlineData("GENERAL_SURGERY", """{"specialities":[{"speciality":"THERAPIST"},{"speciality":"CARDIOLOGY"}]}""", "GENERAL_SURGERY THERAPIST CARDIOLOGY")]
    [InlineData("GENERAL_SURGERY", """{"specialities":[{"speciality":"THERAPIST"},{"speciality":"GENERAL_SURGERY","level":"FIRST"}]}""", "THERAPIST GENERAL_SURGERY")]
    [InlineData("GENERAL_SURGERY", "{}", "GENERAL_SURGERY")]
    [InlineData("GENERAL_SURGERY", """{"specialities":null}""", "GENERAL_SURGERY")]
    [InlineData(null, """{"specialities":[{"speciality":"THERAPIST"}]}""", "THERAPIST")]
    [InlineData(null, """{"specialities":["THERAPIST"]}""", null)]
    [InlineData(null, """{"specialities":[]}""", null)]
    [InlineData(null, """{"specialities":{"speciality":"GENERAL_SURGERY"}}""", null)]
    [InlineData(null, "[]", null)]
    public async Task Specialities(string? post, string additionalInfo, string? shown)
    {
        var provider = await Given.Provider();
        await registry.Execute(
            "UPDATE employees SET speciality = $2::json, additional_info = $3::json WHERE id = $1", await Given.Employee(provider),
            post is null ? null : $$"""{"speciality":"{{post}}"}""", additionalInfo);

        var last = (await Get("", provider)).Succeeded().Data[0].EnumerateObject().Last();

        Assert.Equal(shown is null ? "legal_entity" : "doctor", last.Name);
        if (shown is not null)
            Assert.Equal(shown.Split(' '),
                last.Value.GetProperty("specialities").EnumerateArray().Select(entry => entry.GetProperty("speciality").GetString()));
    }

    [Fact(DisplayName = "Each filter selects by its value; several are combined with AND; an empty one counts as absent")]
    public async Task Filters()
    {
        var provider = await Given.Provider();
        var division = await Given.Division(provider);
        var party = await Given.Party("8712345678");
        await registry.Execute("UPDATE parties SET no_tax_id = true, verification_status = 'CHANGES_NEEDED' WHERE id = $1", party);
        var known = await Given.Employee(provider, party, division, "SPECIALIST");
        var other = await Given.Employee(provider);
        var stopped = await Given.Employee(provider, party, type: "HR", status: "STOPPED");
        var entered = await Given.Employee(provider, status: "ENTERED_IN_ERROR");
        var foreign = await Given.Employee(await Given.Provider(), party);
        var edrpou = await registry.Scalar<string>("SELECT edrpou FROM legal_entities WHERE id = $1", provider);

        Assert.Equal([known, other], await Ids(provider, ""));
        Assert.Equal(
            [known, other],
            await Ids(provider, $"?ids={other},{known.ToString().ToUpperInvariant()},{stopped},{foreign},{Guid.NewGuid()}"));
        Assert.Equal([known], await Ids(provider, "?no_tax_id=true"));
        Assert.Equal([other], await Ids(provider, "?no_tax_id=false"));
        Assert.Equal([known], await Ids(provider, "?tax_id=8712345678"));
        Assert.Equal([], await Ids(provider, "?tax_id=871234567"));
        Assert.Equal([known], await Ids(provider, $"?party_id={party}"));
        Assert.Equal([known], await Ids(provider, "?verification_status=changes_needed"));
        Assert.Equal([known, other], await Ids(provider, $"?edrpou={edrpou}"));
        Assert.Equal([], await Ids(provider, "?edrpou=00000000"));
        Assert.Equal([known, other], await Ids(provider, $"?legal_entity_id={provider}"));
        Assert.Equal([known], await Ids(provider, $"?division_id={division}"));
        Assert.Equal([stopped], await Ids(provider, "?status=stopped"));
        Assert.Equal([entered], await Ids(provider, "?status=entered_in_error"));
        Assert.Equal([known], await Ids(provider, "?employee_type=specialist"));
        Assert.Equal([stopped], await Ids(provider, $"?party_id={party}&status=STOPPED&employee_type=HR"));
        Assert.Equal([], await Ids(provider, $"?party_id={party}&employee_type=DOCTOR"));
        Assert.Equal(
            [known, other],
            await Ids(
                provider,
                "?ids=&no_tax_id=&tax_id=&party_id=&verification_status=&edrpou=&legal_entity_id=&division_id=&status=&employee_type=&unknown=1"));
    }

    [Fact(DisplayName = "A provider sees only its own employees, whatever the filters; MIS and NHS see those of all")]
    public async Task Visibility()
    {
        var (provider, other) = (await Given.Provider(), await Given.Provider("CLOSED"));
        var (own, foreign) = (await Given.Employee(provider), await Given.Employee(other));
        var query = $"?ids={own},{foreign}";

        Assert.Equal([own], await Ids(provider, query));
        Assert.Equal([foreign], await Ids(other, query));
        Assert.Equal([], await Ids(provider, $"?legal_entity_id={other}"));
        foreach (var type in new[] { "MIS", "NHS" })
        {
            var system = Guid.NewGuid();
            await Given.Client(system, type);
            Assert.Equal([own, foreign], await Ids(system, query));
            Assert.Equal([foreign], await Ids(system, $"{query}&legal_entity_id={other}"));
        }
        var without = Guid.NewGuid();
        await Given.Client(without, "MSP");
        Assert.Equal([], await Ids(without, query));
    }

    [Fact(DisplayName = "Pages follow one another to the last, in the order of insertion, and past the end is an empty one")]
    public async Task Pages()
    {
        var provider = await Given.Provider();
        var employees = new List<Guid>();
        for (var i = 0; i < 7; i++)
            employees.Add(await Given.Employee(provider));

        var pages = new List<Guid>();
        for (var page = 1; page <= 3; page++)
            pages.AddRange(await Ids(provider, $"?page={page}&page_size=3"));
        var past = (await Get("?page=4&page_size=3", provider)).Succeeded();

        Assert.Equal(employees, pages);
        Assert.Equal([], past.Ids());
        Assert.Equal("""{"page_number":4,"page_size":3,"total_entries":7,"total_pages":3}""", past.Json.GetProperty("paging").GetRawText());
    }

    [Theory(DisplayName = "A filter of the wrong form")]
    [InlineData("ids=17", "ids", "cast", "is invalid", """["uuid"]""")]
    [InlineData("no_tax_id=1", "no_tax_id", "cast", "is invalid", """["boolean"]""")]
    [InlineData("tax_id=3&tax_id=3", "tax_id", "cast", "is invalid", """["string"]""")]
    [InlineData("party_id=17", "party_id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("verification_status=YES", "verification_status", "inclusion", "value is not allowed in enum",
        """{"values":["VERIFIED","VERIFICATION_NEEDED","NOT_VERIFIED","CHANGES_NEEDED"]}""")]
    [InlineData("edrpou=1&edrpou=2", "edrpou", "cast", "is invalid", """["string"]""")]
    [InlineData("legal_entity_id=x", "legal_entity_id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("division_id=x", "division_id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("status=ACTIVE", "status", "inclusion", "value is not allowed in enum",
        """{"values":["APPROVED","STOPPED","ENTERED_IN_ERROR","REORGANIZED","AUTODEACTIVATED","NEW","DISMISSED"]}""")]
    [InlineData(
        "employee_type=NURSE", "employee_type", "inclusion", "value is not allowed in enum",
        """{"values":["OWNER","PHARMACY_OWNER","REORGANIZATION_OWNER","HR","ADMIN","ACCOUNTANT","DOCTOR","SPECIALIST","ASSISTANT","PHARMACIST","RECEPTIONIST","LABORANT","MED_ADMIN","MED_COORDINATOR","NHS","NHS_SIGNER","NHS_ADMIN"]}""")]
    [InlineData("page=0", "page", "number", "must be greater than 0", """{"greater_than":0}""")]
    [InlineData("page_size=many", "page_size", "cast", "is invalid", """["integer"]""")]
    public async Task Faults(string query, string entry, string rule, string description, string parameters) =>
        (await Get($"?{query}", await Given.Provider())).IsIlQueryFault(entry, rule, description, parameters);

    [Fact(DisplayName = "Faults of several parameters are reported together, and a tax number among them is not repeated")]
    public async Task AllFaults()
    {
        var answer = await Get("?no_tax_id=maybe&tax_id=8799999901&tax_id=8799999902&status=?&page=x", await Given.Provider());

        Assert.Equal(422, answer.Status);
        Assert.Equal(["no_tax_id", "tax_id", "status", "page"],
            answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray()
            .Select(invalid => invalid.GetProperty("entry").GetString()));
        Assert.DoesNotContain("87999999", answer.Text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A tax number in the query is in no log line, in no metric and not in meta.url")]
    public async Task TaxNumberStaysHere()
    {
        const string taxId = "8755501234";
        var provider = await Given.Provider();
        await Given.Employee(provider, await Given.Party(taxId));

        var answer = (await Get($"?tax_id={taxId}", provider)).Succeeded();
        await registry.Send("GET", $"{Path}?tax_id={taxId}");
        await registry.Send("GET", $"{Path}/unknown?tax_id={taxId}");
        await registry.Execute("ALTER TABLE parties RENAME TO parties_away");
        var fault = await Get($"?tax_id={taxId}", provider);
        await registry.Execute("ALTER TABLE parties_away RENAME TO parties");

        Assert.Single(answer.Ids());
        Assert.Equal(500, fault.Status);
        await registry.Log.Await("Unhandled exception in get-employees");
        Assert.All(registry.Log.Lines, line => Assert.DoesNotContain(taxId, line, StringComparison.Ordinal));
        var metrics = (await registry.Send("GET", "/metrics")).Text;
        Assert.Contains("get-employees", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(taxId, metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(taxId, answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(taxId, fault.Text, StringComparison.Ordinal);
    }

    private async Task<Answer> Get(string query, Guid client) => await registry.Send("GET", Path + query, await Given.Token(client, Scope));

    private async Task<IReadOnlyList<Guid>> Ids(Guid client, string query) => (await Get(query, client)).Succeeded().Ids();
}
