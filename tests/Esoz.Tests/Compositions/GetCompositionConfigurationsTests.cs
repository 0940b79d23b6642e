namespace Esoz.Tests.Compositions;

/// <summary>Get composition configurations by search params (compositions §17).</summary>
public sealed class GetCompositionConfigurationsTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/composition_configurations";
    private const string New = "EMAL_VALIDATION_PREGNANCY_NEW_COMPOSITION_ALLOWED_PERIODS";
    private const string Appended = "EMAL_VALIDATION_PREGNANCY_APPENDED_COMPOSITION_ALLOWED_PERIOD";
    private const string Positions = "EMAL_VALIDATION_AUTHOR_CATEGORIES_BY_POSITION";

    [Fact(DisplayName = "A row, byte for byte: the list of days as value and in settings")]
    public async Task Row()
    {
        var row = Assert.Single(await registry.Rows(
            "SELECT id, inserted_at FROM composition_configurations WHERE name = $1", New));

        var answer = (await Get($"?category=PREGNANCY&page_size=1&page={await PageOf(New)}")).Succeeded();

        var at = answer.Data[0].GetProperty("inserted_at").GetString();
        Assert.Equal((DateTime)row["inserted_at"]!, answer.Data[0].GetProperty("inserted_at").GetDateTime());
        Assert.Equal(
            $$$"""[{"id":"{{{row["id"]}}}","type":{"coding":[{"system":"COMPOSITION_TYPES","code":"TEMP_DISABILITY"}]},"category":{"coding":[{"system":"COMPOSITION_CATEGORIES","code":"PREGNANCY"}]},"is_active":true,"name":"{{{New}}}","value":[126,140],"settings":{"{{{New}}}":{"check":[126,140]}},"inserted_at":"{{{at}}}","inserted_by":"4261eacf-8008-4e62-899f-de1e2f7065f0","updated_at":"{{{at}}}","updated_by":"4261eacf-8008-4e62-899f-de1e2f7065f0"}]""",
            answer.Data.GetRawText());
        Assert.Equal($$"""{"page_number":{{await PageOf(New)}},"page_size":1,"total_entries":2,"total_pages":2}""",
            answer.Json.GetProperty("paging").GetRawText());
    }

    [Fact(DisplayName = "The settings in force, each with its type and category; filters narrow, an unknown code finds nothing")]
    public async Task Finds()
    {
        Assert.Equal([$"{Positions}=[\"P5\",\"P6\",\"P8\",\"P34\",\"P103\"]", $"{Appended}=[14]", $"{New}=[126,140]"], await Found(""));
        Assert.Equal([Appended, New], await Names("?type=TEMP_DISABILITY"));
        Assert.Equal([Positions], await Names("?type=NEWBORN"));
        Assert.Equal([Positions], await Names("?category=LIVE_BIRTH"));
        Assert.Equal([Appended, New], await Names("?type=TEMP_DISABILITY&category=PREGNANCY&is_active=true"));
        Assert.Equal([], await Names("?type=NEWBORN&category=PREGNANCY"));
        Assert.Equal([], await Names("?type=ADOPTION"));
        Assert.Equal([], await Names("?is_active=false"));
        await registry.Execute(
            "UPDATE composition_configurations SET inserted_at = '2026-03-02T23:59:59Z', updated_at = '2026-03-04T00:00:00Z' WHERE name = $1",
            Positions);
        Assert.Equal([Positions], await Names("?inserted_at_from=2026-03-02&inserted_at_to=2026-03-02"));
        Assert.Equal([], await Names("?inserted_at_to=2026-03-01"));
        Assert.Equal([Appended, New], await Names("?inserted_at_from=2026-03-03"));
        Assert.Equal([Positions], await Names("?updated_at_from=2026-03-04&updated_at_to=2026-03-04"));
        Assert.Equal([], await Names("?updated_at_to=2026-03-03"));
        Assert.Equal([Appended, New], await Names("?updated_at_from=2026-03-05"));
    }

    [Fact(DisplayName = "A token without the scope is refused")]
    public async Task Scope() =>
        (await registry.Send("GET", Path, await registry.Given.Token(await registry.Given.Provider(), "composition:read")))
            .IsIlRefusal(403, "forbidden",
                "Your scope does not allow to access this resource. Missing allowances: composition_configuration:read");

    [Theory(DisplayName = "Client types whose users may read it")]
    [InlineData("PRIMARY_CARE", true)]
    [InlineData("OUTPATIENT", true)]
    [InlineData("PHARMACY", false)]
    [InlineData("EMERGENCY", false)]
    public async Task ClientTypes(string type, bool has) => Assert.Equal(has, await registry.Scalar<bool>(
        "SELECT 'composition_configuration:read' = ANY (string_to_array(scope, ' ')) FROM client_types WHERE name = $1", type));

    private async Task<Answer> Get(string query) => await registry.Send(
        "GET", Path + query, await registry.Given.Token(await registry.Given.Provider(), "composition_configuration:read"));

    /// <summary>Number of the page of one row on which the setting is; rows of one instant are in the order of their ids.</summary>
    private async Task<long> PageOf(string name) => await registry.Scalar<long>("""
        SELECT count(*) FROM composition_configurations
         WHERE category = 'PREGNANCY' AND id <= (SELECT id FROM composition_configurations WHERE name = $1)
        """, name);

    private async Task<IEnumerable<string>> Names(string query) => (await Found(query)).Select(row => row.Split('=')[0]);

    private async Task<IEnumerable<string>> Found(string query) => (await Get(query)).Succeeded().Data.EnumerateArray()
        .Select(row => $"{row.GetProperty("name").GetString()}={row.GetProperty("value").GetRawText()}").Order(StringComparer.Ordinal);
}
