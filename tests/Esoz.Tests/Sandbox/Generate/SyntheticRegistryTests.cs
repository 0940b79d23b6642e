using System.Security.Cryptography;
using System.Text;
using Esoz.Platform.Database;
using Esoz.Sandbox.Generate;

namespace Esoz.Tests.Sandbox.Generate;

/// <summary><c>generate</c>: a synthetic registry of any size, the same for the same seed.</summary>
public sealed class SyntheticRegistryTests(TestCluster cluster)
{
    /// <summary>Two parts, the second one incomplete.</summary>
    private const int Many = Population.PartSize + 2500;

    [Fact(DisplayName = "The same seed on the same day gives the same rows in every table, another seed others")]
    public async Task Repeats()
    {
        await using var first = await Written(seed: 7, employees: 3000);
        await using var second = await Written(seed: 7, employees: 3000);
        await using var third = await Written(seed: 8, employees: 3000);

        foreach (var table in SyntheticRegistry.TableNames)
        {
            var digest = await Digest(first, table);
            Assert.Equal(digest, await Digest(second, table));
            Assert.NotEqual(digest, await Digest(third, table));
        }
    }

    [Fact(DisplayName = "The names that a seed gives stay the same, also with another version of the library that lists them")]
    public void Names()
    {
        var names = Enumerable.Range(0, 20_000).Select(i =>
        {
            var dice = new Dice(1, Kind.Party, i);
            var name = UkrainianNames.Draw(i % 2 == 0, ref dice);
            return $"{name.Last} {name.First} {name.Second}\n";
        });

        Assert.Equal(
            "7402B76807530F48F86FD426FBAB0FECC3DBA83E70817CFE23FE804CF6DDF573",
            Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(names)))));
    }

    [Fact(DisplayName = "On another day only the recent changes differ, by whole days")]
    public async Task DependsOnDay()
    {
        await using var first = await Written(seed: 7, employees: 3000);
        await using var later = await Written(seed: 7, employees: 3000, daysAhead: 3);
        const string ids =
            "SELECT md5(string_agg(concat_ws('|', id, party_id, additional_info, inserted_at, start_date), ',' ORDER BY id)) FROM employees";
        const string newest = "SELECT max(updated_at) FROM employees";

        Assert.Equal(await Scalar<string>(first, ids), await Scalar<string>(later, ids));
        Assert.Equal(await Scalar<DateTime>(first, newest) + TimeSpan.FromDays(3), await Scalar<DateTime>(later, newest));
    }

    [Fact(DisplayName = "Exactly the asked number of employees, each with its person, place of work and audit row, about half with a role")]
    public async Task Counts()
    {
        await using var database = await Written(seed: 3, employees: Many);

        Assert.Equal(Many, await Scalar<long>(database, "SELECT count(*) FROM employees"));
        Assert.Equal(Many, await Scalar<long>(database, "SELECT count(*) FROM audit_log WHERE resource = 'employees'"));
        Assert.InRange(await Scalar<long>(database, "SELECT count(*) FROM employee_roles"), Many * 0.45, Many * 0.55);
        Assert.InRange(
            await Scalar<double>(database,
                "SELECT avg(octet_length(additional_info::text) + octet_length(speciality::text))::float8 FROM employees"), 700, 1200);
        Assert.Equal(0, await Scalar<long>(database, """
            SELECT count(*) FROM employees e LEFT JOIN divisions d ON d.id = e.division_id
             WHERE e.division_id IS NOT NULL AND d.legal_entity_id <> e.legal_entity_id
            """));
        Assert.Equal(0, await Scalar<long>(database, """
            SELECT count(*) FROM employee_roles r JOIN employees e ON e.id = r.employee_id JOIN healthcare_services s ON s.id = r.healthcare_service_id
             WHERE s.legal_entity_id <> e.legal_entity_id OR s.division_id <> e.division_id OR s.speciality_type <> e.speciality ->> 'speciality'
            """));
        Assert.Equal(0, await Scalar<long>(database, """
            SELECT count(*) FROM contract_employees ce JOIN contracts c ON c.id = ce.contract_id JOIN employees e ON e.id = ce.employee_id
             WHERE c.contractor_legal_entity_id <> e.legal_entity_id
            """));
        Assert.Equal(1, await Scalar<long>(database, "SELECT count(DISTINCT type) FROM contracts WHERE type = 'GB_CBP'"));
    }

    [Fact(DisplayName = "Codes of every column are in their dictionaries")]
    public async Task UsesDictionaries()
    {
        await using var database = await Written(seed: 4, employees: 3000);
        (string Dictionary, string Codes)[] columns =
        [
            ("POSITION", "SELECT position FROM employees"),
            ("EMPLOYEE_TYPE", "SELECT employee_type FROM employees"),
            ("SPECIALITY_TYPE", "SELECT speciality ->> 'speciality' FROM employees WHERE speciality IS NOT NULL"),
            ("SPECIALITY_LEVEL", "SELECT speciality ->> 'level' FROM employees WHERE speciality IS NOT NULL"),
            ("EDUCATION_DEGREE", "SELECT additional_info #>> '{educations,0,degree}' FROM employees WHERE speciality IS NOT NULL"),
            ("QUALIFICATION_TYPE", "SELECT q ->> 'type' FROM employees, json_array_elements(additional_info -> 'qualifications') q"),
            ("SPECIALITY_TYPE", "SELECT speciality_type FROM healthcare_services WHERE speciality_type IS NOT NULL"),
            ("PROVIDING_CONDITION", "SELECT providing_condition FROM healthcare_services WHERE providing_condition IS NOT NULL"),
            ("DIVISION_TYPE", "SELECT type FROM divisions"),
            ("STREET_TYPE", "SELECT street_type FROM division_addresses"),
            ("SETTLEMENT_TYPE", "SELECT settlement_type FROM division_addresses"),
            ("LEGAL_FORM", "SELECT legal_form FROM legal_entities"),
            ("OWNER_PROPERTY_TYPE", "SELECT owner_property_type FROM legal_entities"),
            ("LICENSE_TYPE", "SELECT type FROM licenses"),
            ("CONTRACT_PAYMENT_METHOD", "SELECT nhs_payment_method FROM contracts"),
        ];

        foreach (var (dictionary, codes) in columns)
            Assert.Equal("", await Scalar<string>(database, $"""
                SELECT coalesce(string_agg(DISTINCT code, ' '), '') FROM ({codes}) AS used (code)
                 WHERE code IS NULL OR code NOT IN (SELECT v.code FROM dictionary_values v JOIN dictionaries d ON d.id = v.dictionary_id WHERE d.name = '{dictionary}')
                """));
    }

    [Fact(DisplayName = "Every day window from 1 to 30 has more rows than the one before, at any hour of the day")]
    public async Task FillsTheWindows()
    {
        await using var database = await Written(seed: 5, employees: 6000);
        foreach (var table in (string[])["parties", "employees", "employee_roles"])
        {
            var rows = new List<long>();
            for (var day = 1; day <= Calendar.Days; day++)
                rows.Add(
                    await Scalar<long>(
                        database,
                        $"SELECT count(*) FROM {table} WHERE updated_at >= date_trunc('day', $1::timestamptz) + interval '1 day -1 ms' - {day} * interval '24 h'", Today));
            Assert.True(rows[0] > 0, table);
            Assert.True(rows.Zip(rows.Skip(1)).All(pair => pair.First < pair.Second), $"{table}: {string.Join(' ', rows)}");
        }
        foreach (var table in SyntheticRegistry.TableNames)
        {
            Assert.Equal(0, await Scalar<long>(database, $"SELECT count(*) FROM {table} WHERE updated_at < inserted_at"));
            Assert.Equal(
                0, await Scalar<long>(
                    database,
                    $"SELECT count(*) FROM {table} WHERE updated_at >= date_trunc('day', $1::timestamptz) + interval '1 min'", Today));
        }
    }

    [Fact(DisplayName = "The same seed again writes nothing and reports the existing size; another seed adds")]
    public async Task RefusesTheSameSeed()
    {
        await using var database = await Written(seed: 0, employees: 500);

        Assert.Equal(500, (await Write(database, 0, 500)).ExistingEmployees);
        Assert.Equal(500, (await Write(database, 0, 900)).ExistingEmployees);
        Assert.Equal(500, await Scalar<long>(database, "SELECT count(*) FROM employees"));

        Assert.Null((await Write(database, 1, 900)).ExistingEmployees);
        Assert.Equal(1400, await Scalar<long>(database, "SELECT count(*) FROM employees"));
    }

    [Fact(DisplayName = "An interrupted generation is completed by the next run, with the same result as without interruption")]
    public async Task Completes()
    {
        await using var whole = await Written(seed: 9, employees: Many);
        await using var database = await Empty();
        using var interruption = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            SyntheticRegistry.Write(database, Many, 9, Clock(), done => interruption.Cancel(), interruption.Token));
        Assert.InRange(await Scalar<long>(database, "SELECT count(*) FROM employees"), 1, Many - 1);

        Assert.Null((await Write(database, 9, Many)).ExistingEmployees);

        foreach (var table in SyntheticRegistry.TableNames)
            Assert.Equal(await Digest(whole, table), await Digest(database, table));
        Assert.Equal(Many, (await Write(database, 9, Many)).ExistingEmployees);
    }

    [Fact(DisplayName = "Seeds a hundred apart, whose tax numbers are equal, can both be generated")]
    public async Task SharesTaxNumbersSafely()
    {
        await using var database = await Written(seed: 42, employees: 5000);

        Assert.Null((await Write(database, 142, 5000)).ExistingEmployees);
        Assert.Equal(10000, await Scalar<long>(database, "SELECT count(*) FROM employees"));
    }

    private static readonly DateTime Today = new(2026, 11, 21, 15, 30, 0, DateTimeKind.Utc);

    private async Task<PostgresDatabase> Empty() => new(await cluster.CreateDatabase());

    private async Task<PostgresDatabase> Written(int seed, int employees, int daysAhead = 0)
    {
        var database = await Empty();
        Assert.Null(
            (await SyntheticRegistry.Write(database, employees, seed, Clock(daysAhead), _ => { },
                TestContext.Current.CancellationToken)).ExistingEmployees);
        return database;
    }

    private static Task<Generation> Write(PostgresDatabase database, int seed, int employees) =>
        SyntheticRegistry.Write(database, employees, seed, Clock(), _ => { }, TestContext.Current.CancellationToken);

    private static FixedClock Clock(int daysAhead = 0) => new(Today.AddDays(daysAhead));

    private static Task<string> Digest(PostgresDatabase database, string table) =>
        Scalar<string>(database, $"SELECT md5(string_agg(md5(t::text), '' ORDER BY id)) FROM {table} t");

    private static async Task<T> Scalar<T>(PostgresDatabase database, string sql, params object?[] values)
    {
        await using var command = database.Command(sql, values);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private sealed class FixedClock(DateTime now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
