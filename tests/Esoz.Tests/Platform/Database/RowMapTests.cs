using System.Text;
using Esoz.Platform.Database;
using Esoz.Platform.Json;

namespace Esoz.Tests.Platform.Database;

/// <summary>Rows become records by the names of their members.</summary>
public sealed class RowMapTests(Registry registry) : IClassFixture<Registry>
{
    private static readonly Guid Id = Guid.Parse("5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c");

    [Fact(DisplayName = "Every type of member is read from the column of its name, and a null where the member may be null")]
    public async Task Types()
    {
        var map = new RowMap<Everything>("it");
        const string columns = "some_id, flag, small, large, fraction, amount, text, day, instant, moment, json, ids, words, other_id";

        var full = await Read(map, $"""
            (VALUES ('{Id}'::uuid, true, 7, 8::bigint, 0.5::float8, 1.10::numeric, 'текст', '2026-02-28'::date, '2026-01-02T03:04:05.000006Z'::timestamptz,
                     '2026-01-02T03:04:05Z'::timestamptz, '{"{"}"a": 1{"}"}'::jsonb, ARRAY['{Id}'::uuid], ARRAY['a', 'b'], '{Id}'::uuid)) it ({columns})
            """);
        var empty = await Read(map, $"""
            (VALUES (null::uuid, null::bool, null::int, null::bigint, null::float8, null::numeric, null::text, null::date, null::timestamptz,
                     null::timestamptz, null::jsonb, null::uuid[], ARRAY[]::text[], '{Id}'::uuid)) it ({columns})
            """);

        var stamp = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddMicroseconds(6);
        var expected = new Everything(
            Id, true, 7, 8, 0.5, 1.10m, "текст", new(2026, 2, 28), stamp, new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), null, null, full.Words)
        {
            OtherId = Id,
        };
        Assert.Equal(expected, full with { Json = null, Ids = null });
        Assert.Equal("""{"a": 1}""", Encoding.UTF8.GetString(full.Json!.Value.Utf8.Span));
        Assert.Equal([Id], full.Ids!);
        Assert.Equal(["a", "b"], full.Words);
        Assert.Equal(
            new Everything(null, null, null, null, null, null, null, null, null, null, null, null, empty.Words) { OtherId = Id }, empty);
        Assert.Empty(empty.Words);
    }

    [Fact(DisplayName = "A null is a fault where the member may not be null")]
    public async Task NotNull() =>
        await Assert.ThrowsAsync<InvalidCastException>(
            () => Read(new RowMap<Owner>("it"), "(VALUES (null::text, null::text)) it (name, nick_name)"));

    [Fact(DisplayName =
        "A nested record has its columns in the place of its member; a nullable one is null when its first required column is null")]
    public async Task Nested()
    {
        var map = new RowMap<Thing>("thing")
            .Nested(thing => thing.Owner, new RowMap<Owner>("owner").Column(owner => owner.NickName, "upper(owner.nick_name)"))
            .Nested(thing => thing.Second, new RowMap<Partner>("second"))
            .Column(thing => thing.Length, "thing.json::text", json => json.Utf8.Length);
        Assert.Equal("thing.id, owner.name, upper(owner.nick_name), second.nick_name, second.name, thing.json::text", map.Columns);

        foreach (var (name, nick) in new[] { ("'Б'", "'b'"), ("null", "null"), ("null", "'b'"), ("'Б'", "null") })
        {
            var thing = await Read(map, $"""
                (VALUES (1, '[1,2]'::text)) thing (id, json), (VALUES ('А', 'a')) owner (name, nick_name),
                (VALUES ({name}::text, {nick}::text)) second (name, nick_name)
                """);
            Assert.Equal(new Thing(1, new("А", "A"), name == "null" ? null : new(nick == "null" ? null : "b", "Б"), 5), thing);
        }
    }

    [Fact(DisplayName = "A row is read from whichever column it begins at, and none is null")]
    public async Task First()
    {
        var map = new RowMap<Owner>("it");
        await using var command = registry.Database.Command("SELECT 1, 2, 'А', null::text");
        await using var row = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        await row.ReadAsync(TestContext.Current.CancellationToken);

        Assert.Equal(new Owner("А", null), map.Read(row, 2));
        Assert.Null(
            await map.ReadOne(registry.Database.Command("SELECT 'А', null::text WHERE false"), TestContext.Current.CancellationToken));
    }

    [Fact(DisplayName = "An unsupported type is refused, and so is a nullable nested record without a required column")]
    public async Task Unknown()
    {
        await Assert.ThrowsAsync<NotSupportedException>(() => Read(new RowMap<Odd>("it"), "(VALUES (1)) it (value)"));
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            Read(new RowMap<OwnerWithoutKey>("it").Nested(it => it.Odd, new RowMap<AllNullable>("it")), "(VALUES (1)) it (value)"));
    }

    [Fact(DisplayName = "A body fills the columns of its members, in order, starting at the given parameter")]
    public async Task Values()
    {
        var values = new RowValues<Everything>(2, it => it.Ids, it => it.Words);
        var body = new Everything(
            Id, true, 7, 8, 0.5, 1.10m, "текст", new(2026, 2, 28), null, null, new(Encoding.UTF8.GetBytes("[1]")), [Id], [])
        {
            OtherId = Id,
        };

        Assert.Equal("some_id, flag, small, large, fraction, amount, text, day, instant, moment, json, other_id", values.Columns);
        Assert.Equal("$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::jsonb, $13", values.Places);
        Assert.Equal("$3", values.Place(it => it.Flag));
        Assert.Equal(14, values.Next);
        Assert.Equal([Id, true, 7, 8L, 0.5, 1.10m, "текст", new DateOnly(2026, 2, 28), null, null, "[1]", Id], values.Of(body));
        await using var command = registry.Database.Command($"SELECT $1::text, {values.Places}", ["first", .. values.Of(body)]);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <param name="table">Its table.</param>
    /// <param name="entity">What is read.</param>
    /// <param name="computed">Members for which the map has an expression that is never NULL.</param>
    [Theory(DisplayName = "The required members of an entity are NOT NULL columns of its table, or computed")]
    [InlineData("contracts", typeof(Esoz.Contracts.Contract))]
    [InlineData("contract_divisions", typeof(Esoz.Contracts.ContractDivision))]
    [InlineData("contract_employees", typeof(Esoz.Contracts.ContractEmployee))]
    [InlineData("compositions", typeof(Esoz.Compositions.CompositionRow.Stored))]
    [InlineData("divisions", typeof(Esoz.Divisions.Division))]
    [InlineData("division_addresses", typeof(Esoz.Divisions.DivisionAddress))]
    [InlineData("employee_roles", typeof(Esoz.EmployeeRoles.EmployeeRole))]
    [InlineData("employees", typeof(Esoz.Employees.EmployeeDetails))]
    [InlineData("parties", typeof(Esoz.Employees.EmployeePartyDetails), "Documents", "Phones")]
    [InlineData("divisions", typeof(Esoz.Employees.EmployeeDivision))]
    [InlineData("legal_entities", typeof(Esoz.Employees.EmployeeLegalEntity))]
    [InlineData("legal_entities", typeof(Esoz.LegalEntities.LegalEntityDetails), "Edr")]
    [InlineData("licenses", typeof(Esoz.LegalEntities.License))]
    [InlineData("healthcare_services", typeof(Esoz.HealthcareServices.HealthcareService), "UpdatedAt", "UpdatedBy")]
    public async Task Needed(string table, Type entity, params string[] computed)
    {
        var nullable = (await registry.Rows(
            "SELECT column_name, is_nullable = 'YES' AS nullable FROM information_schema.columns WHERE table_name = $1", table))
            .ToDictionary(row => (string)row["column_name"]!, row => (bool)row["nullable"]!);

        Assert.NotEmpty(nullable);
        Assert.Empty(
            from member in RowMembers.Of(entity)
            where !RowMembers.MayBeNull(member) && !computed.Contains(member.Name)
            where nullable.GetValueOrDefault(RowMembers.ColumnOf(member))
            select member.Name);
    }

    private Task<T> Read<T>(RowMap<T> map, string from) where T : class => ReadOne(map, $"SELECT {map.Columns} FROM {from}");

    private async Task<T> ReadOne<T>(RowMap<T> map, string sql) where T : class =>
        (await map.ReadOne(registry.Database.Command(sql), TestContext.Current.CancellationToken))!;

    private sealed record Everything(
        Guid? SomeId, bool? Flag, int? Small, long? Large, double? Fraction, decimal? Amount, string? Text, DateOnly? Day,
        DateTime? Instant, DateTimeOffset? Moment, RawJson? Json, IReadOnlyList<Guid>? Ids, IReadOnlyList<string> Words)
    {
        public required Guid OtherId { get; init; }

        /// <summary>A property without a setter is not a column.</summary>
        public string Made => "made";
    }

    private sealed record Thing(int Id, Owner Owner, Partner? Second, int Length);

    private sealed record Owner(string Name, string? NickName);

    private sealed record Partner(string? NickName, string Name);

    private sealed record Odd(TimeSpan Value);

    private sealed record OwnerWithoutKey(AllNullable? Odd);

    private sealed record AllNullable(int? Value);
}
