namespace Esoz.Tests.Employees;

/// <summary>Get employee by ID (employee-roles §6.4).</summary>
public sealed class GetEmployeeTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "employee:details";

    private Given Given => registry.Given;

    [Fact(DisplayName =
        "Shows everything about the employee and the person, with every member in order, and what is stored as structures as it is stored")]
    public async Task Shows()
    {
        const string additionalInfo =
            $$"""{"science_degree":{"country":"UA","degree":"PHD"},"specialities":[{{Given.Officio}}],"qualifications":[{"type":"INTERNSHIP"}],"educations":[{"country":"UA","city":"Львів"}]}""";
        var provider = await Given.Provider();
        var division = await Given.Division(provider);
        var party = await Given.Party("8700000017");
        await registry.Execute("""
            UPDATE parties
               SET no_tax_id = true, second_name = 'Іванівна', verification_status = 'VERIFIED', documents = '[{"type": "PASSPORT", "number": "АА000001"}]',
                   phones = '[{"type": "MOBILE", "number": "+380000000001", "note": null}]', working_experience = 12, about_myself = 'Люблю лікувати'
             WHERE id = $1
            """, party);
        var employee = await Given.Employee(provider, party, division, "MED_COORDINATOR");
        await registry.Execute("UPDATE employees SET additional_info = $2::json WHERE id = $1", employee, additionalInfo);
        var edrpou = await registry.Scalar<string>("SELECT edrpou FROM legal_entities WHERE id = $1", provider);

        var answer = (await Get(employee.ToString(), provider)).Succeeded();

        Assert.Equal(["meta", "data"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            $$$"""
            {"id":"{{{employee}}}","position":"P7","employee_type":"MED_COORDINATOR","status":"APPROVED","is_active":true,"minfin_validation_status":"VERIFICATION_NEEDED","start_date":"2019-06-04","end_date":null,
            "party":{"id":"{{{party}}}","first_name":"Олена","last_name":"Ткачук","second_name":"Іванівна",
            "birth_date":"1983-05-17","gender":"FEMALE","no_tax_id":true,"tax_id":"8700000017","documents":[{"type": "PASSPORT", "number": "АА000001"}],
            "phones":[{"type": "MOBILE", "number": "+380000000001"}],"working_experience":12,"about_myself":"Люблю лікувати",
            "verification_status":"VERIFIED","minfin_validation_status":"VERIFICATION_NEEDED","declaration_limit":0,"declaration_count":0},
            "division":{"id":"{{{division}}}","name":"Амбулаторія","legal_entity_id":"{{{provider}}}","type":"CLINIC","status":"ACTIVE","mountain_group":false,"dls_id":null,"dls_verified":null},
            "legal_entity":{"id":"{{{provider}}}","name":"КНП «Поліклініка»","short_name":null,"public_name":null,"type":"OUTPATIENT","edrpou":"{{{edrpou}}}","status":"ACTIVE"},
            "med_coordinator":{"educations":[{"country":"UA","city":"Львів"}],"qualifications":[{"type":"INTERNSHIP"}],"specialities":[{"speciality":"FAMILY_DOCTOR","speciality_officio":true,"level":"FIRST","qualification_type":"AWARDING","attestation_name":null,"attestation_date":null,"valid_to_date":null,"certificate_number":null}],
            "science_degree":{"country":"UA","degree":"PHD"}
            }}
            """.ReplaceLineEndings("").Replace(", \"", ",\"", StringComparison.Ordinal),
            answer.Data.GetRawText().Replace(" : ", ":", StringComparison.Ordinal).Replace(", \"", ",\"", StringComparison.Ordinal));
    }

    [Theory(DisplayName =
        "The role block is shown whatever is stored: absent lists are empty, qualifications are left out, an absent degree is null; other types have none")]
    [InlineData("DOCTOR", "{}", true)]
    [InlineData("MED_ADMIN", """{"educations":null,"qualifications":{},"specialities":7,"science_degree":null}""", true)]
    [InlineData("LABORANT", """{"qualifications":[],"science_degree":"PHD"}""", true)]
    [InlineData("RECEPTIONIST", "[]", false)]
    [InlineData("OWNER", """{"educations":[{"country":"UA"}]}""", false)]
    public async Task RoleBlock(string type, string additionalInfo, bool has)
    {
        var provider = await Given.Provider();
        var employee = await Given.Employee(provider, type: type);
        await registry.Execute("UPDATE employees SET additional_info = $2::json WHERE id = $1", employee, additionalInfo);

        var data = (await Get(employee.ToString(), provider)).Succeeded().Data;

        var last = data.EnumerateObject().Last();
        Assert.Equal(has ? type.ToLowerInvariant() : "legal_entity", last.Name);
        if (has)
            Assert.Equal("""{"educations":[],"specialities":[],"science_degree":null}""", last.Value.GetRawText());
        Assert.Equal(
            ("null", "[]", "[]", "null"),
            (data.GetProperty("division").GetRawText(), data.GetProperty("party").GetProperty("documents").GetRawText(),
                data.GetProperty("party").GetProperty("phones").GetRawText(),
                data.GetProperty("party").GetProperty("working_experience").GetRawText()));
    }

    [Theory(DisplayName = "An employee is shown in every status, and when it is not active")]
    [InlineData("STOPPED", true)]
    [InlineData("DISMISSED", false)]
    public async Task AnyStatus(string status, bool isActive)
    {
        var provider = await Given.Provider("CLOSED");
        var employee = await Given.Employee(provider, status: status, isActive: isActive);

        var data = (await Get(employee.ToString(), provider)).Succeeded().Data;

        Assert.Equal((status, isActive), (data.GetProperty("status").GetString(), data.GetProperty("is_active").GetBoolean()));
    }

    [Theory(DisplayName = "MIS and NHS see employees of every legal entity")]
    [InlineData("MIS")]
    [InlineData("NHS")]
    public async Task SeesAll(string clientType)
    {
        var employee = await Given.Employee(await Given.Provider());
        var system = Guid.NewGuid();
        await Given.Client(system, clientType);

        Assert.Equal(employee, (await Get(employee.ToString(), system)).Succeeded().Data.GetProperty("id").GetGuid());
    }

    [Theory(DisplayName = "Validation")]
    [InlineData("1 there is no such employee", "missing", 404, "not_found", "Employee not found")]
    [InlineData("1 the id is no uuid", "not a uuid", 404, "not_found", "Employee not found")]
    [InlineData("2 the employee is foreign", "foreign", 403, "forbidden", "Access denied")]
    public async Task Refuses(string rule, string employee, int status, string type, string message)
    {
        var id = employee switch
        {
            "missing" => Guid.NewGuid().ToString(),
            "not a uuid" => "2c9e2f0b-6a35",
            _ => (await Given.Employee(await Given.Provider())).ToString(),
        };

        var answer = await Get(id, await Given.Provider());

        Assert.True(answer.Status == status, rule);
        answer.IsIlRefusal(status, type, message);
    }

    private async Task<Answer> Get(string id, Guid client) =>
        await registry.Send("GET", $"/api/employees/{id}", await Given.Token(client, Scope));
}
