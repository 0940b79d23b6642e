using Esoz.Import;

namespace Esoz.Tests.Import;

/// <summary><c>import DIRECTORY</c>: what is loaded, what is refused and how it is reported.</summary>
public sealed class ImportDirectoryTests(TestCluster cluster) : ImportTest(cluster)
{
    private const string Clinic = "11111111-0000-4000-8000-000000000001";
    private const string Doctor = "22222222-0000-4000-8000-000000000001";
    private const string Employee = "33333333-0000-4000-8000-000000000001";
    private const string Service = "44444444-0000-4000-8000-000000000001";
    private const string Role = "55555555-0000-4000-8000-000000000001";

    private const string ClinicLine =
        $$"""{"id":"{{Clinic}}","name":"КНП «Поліклініка»","status":"ACTIVE","type":"OUTPATIENT","edrpou":"40000001","addresses":[],"is_active":true,"inserted_at":"2024-02-29T10:00:00.123456Z","inserted_by":"{{Clinic}}"}""";
    private const string DoctorLine =
        $$"""{"id":"{{Doctor}}","first_name":"Олена","last_name":"Ткачук","birth_date":"1983-05-17","gender":"FEMALE","tax_id":"3000000001","documents":[{"type":"PASSPORT","number":"АА000001"}],"phones":[{"type":"MOBILE","number":"+380000000001"}],"inserted_by":"{{Clinic}}"}""";
    private const string EmployeeLine =
        $$$"""{"id":"{{{Employee}}}","party_id":"{{{Doctor}}}","legal_entity_id":"{{{Clinic}}}","employee_type":"SPECIALIST","position":"P1","status":"APPROVED","is_active":true,"start_date":"2024-01-01","inserted_by":"{{{Clinic}}}","additional_info":{"specialities":[{"speciality":"GENERAL_SURGERY","speciality_officio":true,"level":"FIRST"}]}}""";

    [Fact(DisplayName = "Rows are stored as they are in the files, in foreign-key order whatever the order of files, defaults for what is left out")]
    public async Task Loads()
    {
        Write("employees", EmployeeLine);
        Write("parties", DoctorLine);
        Write("legal_entities", "\uFEFF" + ClinicLine + "\r", "");

        var summary = await Import();

        Assert.Equal(["legal_entities", "parties", "employees"], summary.Tables.Select(table => table.Table));
        Assert.All(summary.Tables, table => Assert.Equal((1, 0, 0), (table.Inserted, table.Updated, table.Unchanged)));
        Assert.Equal(
            "2024-02-29 10:00:00.123456+00",
            await Scalar<string>("SELECT (inserted_at AT TIME ZONE 'UTC')::text || '+00' FROM legal_entities"));
        Assert.Equal("КНП «Поліклініка»", await Scalar<string>("SELECT name FROM legal_entities"));
        Assert.Equal("GENERAL_SURGERY", await Scalar<string>("SELECT additional_info -> 'specialities' -> 0 ->> 'speciality' FROM employees"));
        Assert.True(await Scalar<bool>("SELECT inserted_at > now() - interval '1 minute' FROM employees"));
        Assert.Equal(3, await Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"));
    }

    [Fact(DisplayName = "A second import of the same files changes nothing; of other values it changes only those, and stamps the row")]
    public async Task Upserts()
    {
        Write("legal_entities", ClinicLine);
        await Import();

        Assert.Equal((0, 0, 1), Counts(await Import()));
        Assert.Equal(1, await Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"));

        Write("legal_entities", $$"""{"id":"{{Clinic}}","name":"КНП «Лікарня»"}""");
        Assert.Equal((0, 1, 0), Counts(await Import()));
        Assert.Equal("КНП «Лікарня» 40000001", await Scalar<string>("SELECT concat_ws(' ', name, edrpou) FROM legal_entities"));
        Assert.True(await Scalar<bool>("SELECT updated_at > now() - interval '1 minute' FROM legal_entities"));
        Assert.Equal(2, await Scalar<long>("SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users')"));
    }

    [Theory(DisplayName = "A bad line is named by file and line with the reason and without its values, and nothing at all is written")]
    [InlineData("{", "parties.ndjson:2: is not JSON")]
    [InlineData("[]", "parties.ndjson:2: is not a JSON object")]
    [InlineData("""{"first_name":"Таємна"}""", "parties.ndjson:2: id: is required")]
    [InlineData("""{"id":"x"}""", "parties.ndjson:2: id: ")]
    [InlineData("""{"id":"22222222-0000-4000-8000-000000000002","frist_name":"Таємна"}""",
        "parties.ndjson:2: frist_name: is not a column of parties; did you mean first_name?")]
    [InlineData("""{"id":"22222222-0000-4000-8000-000000000002","birth_date":"Таємна"}""", "parties.ndjson:2: birth_date: ")]
    [InlineData("""{"id":"22222222-0000-4000-8000-000000000002","first_name":"Таємна","last_name":"А","birth_date":"1983-05-17"}""",
        "parties.ndjson:2: gender: is required")]
    [InlineData(DoctorLine, "parties.ndjson:2: id: duplicate of an earlier line")]
    [InlineData("""{"id":"22222222-0000-4000-8000-000000000002","id":"22222222-0000-4000-8000-000000000003"}""",
        "parties.ndjson:2: has a member twice")]
    public async Task BadLine(string line, string fault)
    {
        Write("legal_entities", ClinicLine);
        Write("parties", DoctorLine, line);

        var refused = await Assert.ThrowsAsync<ImportFailedException>(Import);

        Assert.StartsWith(fault, refused.Faults[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Таємна", refused.Message, StringComparison.Ordinal);
        Assert.Equal(
            0, await Scalar<long>(
                "SELECT (SELECT count(*) FROM legal_entities) + (SELECT count(*) FROM parties) + (SELECT count(*) FROM audit_log WHERE resource NOT IN ('tokens', 'users'))"));
    }

    [Fact(DisplayName = "A row whose reference has no target is named with its member and the table")]
    public async Task PointsNowhere()
    {
        Write("parties", DoctorLine);
        Write("employees", EmployeeLine);

        var refused = await Assert.ThrowsAsync<ImportFailedException>(Import);

        Assert.Equal(["employees.ndjson:1: legal_entity_id: no such row in legal_entities"], refused.Faults);
        Assert.Equal(0, await Scalar<long>("SELECT count(*) FROM parties"));
    }

    [Fact(DisplayName = "Two ACTIVE legal entities of one ЄДРПОУ and type: the second line is named, in the file and against the table")]
    public async Task Unique()
    {
        var twin = ClinicLine.Replace(Clinic, "11111111-0000-4000-8000-000000000002", StringComparison.Ordinal);
        Write("legal_entities", ClinicLine, twin);
        Assert.StartsWith("legal_entities.ndjson:2: ", Assert.Single((await Assert.ThrowsAsync<ImportFailedException>(Import)).Faults),
            StringComparison.Ordinal);

        Write("legal_entities", ClinicLine);
        await Import();
        Write("legal_entities", twin);
        Assert.StartsWith("legal_entities.ndjson:1: ", Assert.Single((await Assert.ThrowsAsync<ImportFailedException>(Import)).Faults),
            StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A row that lacks a member is named also where the table has computed columns")]
    public async Task Computed()
    {
        Write("legal_entities", ClinicLine);
        Write("healthcare_services", $$"""{"id":"{{Service}}","legal_entity_id":"{{Clinic}}"}""");

        var refused = await Assert.ThrowsAsync<ImportFailedException>(Import);

        Assert.Contains("healthcare_services.ndjson:1: category: is required", refused.Faults);
    }

    [Fact(DisplayName = "An import that is stopped between two statements is rolled back by the server, so that its rows are free")]
    public async Task IdleTransaction()
    {
        await using var trigger = Database.Command("""
            CREATE TABLE seen (value text);
            CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN INSERT INTO esoz.seen VALUES (current_setting('idle_in_transaction_session_timeout')); RETURN NULL; END $$;
            CREATE TRIGGER see AFTER INSERT ON legal_entities EXECUTE FUNCTION see();
            """);
        await trigger.ExecuteNonQueryAsync(Ct);
        Write("legal_entities", ClinicLine);

        await ImportDirectory.Run(Database.Sessions, Folder, _ => { }, Ct);

        Assert.Equal("25s", await Scalar<string>("SELECT value FROM seen"));
    }

    [Fact(DisplayName = "Codes that do not fit the type of an employee, and types that do not fit the legal entity, are loaded with a warning each, without values")]
    public async Task EmployeeTypes()
    {
        Write("legal_entities", ClinicLine);
        Write("parties", DoctorLine);
        Write("employees",
            Worker(1, "DOCTOR", "P7",
                """{"specialities":[{"speciality":"FAMILY_DOCTOR","level":"FIRST","qualification_type":"AWARDING"}],"educations":[{"degree":"MASTER"}],"qualifications":[{"type":"INTERNSHIP"}]}"""),
            Worker(2, "DOCTOR", "P14",
                """{"specialities":[{"speciality":"Таємна","level":"SPECIALIST","qualification_type":"x"},{"speciality":"PEDIATRICIAN"}],"educations":[{"degree":"JUNIOR_BACHELOR"}],"qualifications":[{"type":"INFORMATION_COURSES"}]}"""),
            Worker(3, "DOCTOR", "P15", "{}"),
            Worker(4, "HR", "P7", """{"specialities":null,"educations":"x"}"""),
            Worker(5, "HR", "Таємна посада", "{}"),
            Worker(6, "ACCOUNTANT", "P7", "{}"),
            Worker(7, "SPECIALIST", "Таємна посада", "{}"));

        var summary = await Import();

        Assert.Equal(7, summary.Tables.Single(table => table.Table == "employees").Inserted);
        Assert.Equal(
            [
                "employees.ndjson:1: employee_type: is none of those for OUTPATIENT; so in 4 rows",
                "employees.ndjson:2: education_degree: is none of those for DOCTOR; so in 1 rows",
                "employees.ndjson:2: position: is none of those for DOCTOR; so in 2 rows",
                "employees.ndjson:2: qualification_type: is none of those for DOCTOR; so in 1 rows",
                "employees.ndjson:2: speciality_level: is none of those for DOCTOR; so in 1 rows",
                "employees.ndjson:2: speciality_qualification_type: is none of those for DOCTOR; so in 1 rows",
                "employees.ndjson:2: speciality_type: is none of those for DOCTOR; so in 1 rows",
                "employees.ndjson:4: position: is none of those for HR; so in 1 rows",
                "employees.ndjson:7: position: is none of those for SPECIALIST; so in 1 rows",
            ],
            summary.Warnings);

        static string Worker(int number, string type, string position, string info) =>
            EmployeeLine.Replace(Employee, $"33333333-0000-4000-8000-00000000000{number}", StringComparison.Ordinal)
                .Replace("SPECIALIST", type, StringComparison.Ordinal).Replace("\"P1\"", $"\"{position}\"", StringComparison.Ordinal)
                .Split(",\"additional_info\"")[0] + $",\"additional_info\":{info}}}";
    }

    [Theory(DisplayName = "A party needs a document and a phone; a line that leaves them out keeps the stored ones")]
    [InlineData("documents", "[]")]
    [InlineData("documents", "null")]
    [InlineData("phones", "[]")]
    [InlineData("phones", "{}")]
    public async Task RequiredLists(string member, string value)
    {
        Write("parties", DoctorLine);
        await Import();
        Write("parties", $$"""{"id":"{{Doctor}}","first_name":"Ольга"}""");
        await Import();

        Write("parties", $$"""{"id":"{{Doctor}}","first_name":"Оксана","{{member}}":{{value}}}""");
        var refused = await Assert.ThrowsAsync<ImportFailedException>(Import);

        Assert.Equal([$"parties.ndjson:1: {member}: at least one is required"], refused.Faults);
        Assert.Equal("Ольга", await Scalar<string>("SELECT first_name FROM parties"));
    }

    [Fact(DisplayName = "At most 20 faults are reported, in the order of the lines")]
    public async Task AtMostTwenty()
    {
        Write("parties", [.. Enumerable.Repeat("{", 50)]);

        var refused = await Assert.ThrowsAsync<ImportFailedException>(Import);

        Assert.Equal(
            Enumerable.Range(1, 20),
            refused.Faults.Select(fault => int.Parse(fault.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact(DisplayName =
        "A file that is not named after a table is refused with the nearest name, an empty and a missing directory are refused")]
    public async Task Files()
    {
        Assert.EndsWith(
            "contains no .ndjson files", (await Assert.ThrowsAsync<ImportFailedException>(Import)).Message, StringComparison.Ordinal);

        Write("employes", EmployeeLine);
        Assert.Equal("employes.ndjson: is not the name of a table; did you mean employees.ndjson?",
            (await Assert.ThrowsAsync<ImportFailedException>(Import)).Message);

        var missing = Path.Combine(Folder, "nowhere");
        Assert.Equal($"{missing}: no such directory", (await Assert.ThrowsAsync<ImportFailedException>(
            () => ImportDirectory.Run(Database.Source, missing, _ => { }, Ct))).Message);
    }

    [Fact(DisplayName = "An employee does not lose the speciality that an ACTIVE role needs, unless the import ends the role too")]
    public async Task Specialities()
    {
        const string role =
            $$"""{"id":"{{Role}}","healthcare_service_id":"{{Service}}","employee_id":"{{Employee}}","start_date":"2024-01-01T00:00:00Z","status":"ACTIVE","is_active":true,"inserted_by":"{{Clinic}}"}""";
        Write("legal_entities", ClinicLine);
        Write("parties", DoctorLine);
        Write("employees", EmployeeLine);
        Write("divisions",
            $$"""{"id":"{{Doctor}}","legal_entity_id":"{{Clinic}}","name":"Амбулаторія","type":"CLINIC","status":"ACTIVE","is_active":true,"phones":[],"inserted_by":"{{Clinic}}"}""");
        Write("healthcare_services",
            $$"""{"id":"{{Service}}","legal_entity_id":"{{Clinic}}","division_id":"{{Doctor}}","category":{"coding":[{"code":"MSP"}]},"speciality_type":"GENERAL_SURGERY","providing_condition":"OUTPATIENT","status":"ACTIVE","is_active":true,"inserted_by":"{{Clinic}}"}""");
        Write("employee_roles", role);
        await Import();

        Write("employees", $$$"""{"id":"{{{Employee}}}","additional_info":{"specialities":[]}}""");
        Assert.Equal("employees.ndjson:1: specialities: an ACTIVE role needs GENERAL_SURGERY",
            (await Assert.ThrowsAsync<ImportFailedException>(Import)).Message);

        Write("employee_roles", role.Replace("ACTIVE", "INACTIVE", StringComparison.Ordinal)
            .Replace("\"is_active\"", "\"end_date\":\"2025-01-01T00:00:00Z\",\"is_active\"", StringComparison.Ordinal));
        await Import();
        Assert.Equal("INACTIVE", await Scalar<string>("SELECT status FROM employee_roles"));
    }

    private void Write(string table, params string[] lines) =>
        File.WriteAllText(Path.Combine(Folder, table + ".ndjson"), string.Join('\n', lines) + "\n");

    private Task<ImportSummary> Import() => ImportDirectory.Run(Database.Source, Folder, _ => { }, Ct);

    private static (long, long, long) Counts(ImportSummary summary) =>
        (summary.Tables[0].Inserted, summary.Tables[0].Updated, summary.Tables[0].Unchanged);
}
