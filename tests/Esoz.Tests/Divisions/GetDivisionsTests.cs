namespace Esoz.Tests.Divisions;

/// <summary>Get divisions (employee-roles §6.3).</summary>
public sealed class GetDivisionsTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/divisions";
    private const string Scope = "division:read";

    private Given Given => registry.Given;

    [Fact(DisplayName = "Shows the divisions of the caller's own legal entity in every status, oldest first, with every member in order")]
    public async Task Lists()
    {
        var provider = await Given.Provider();
        var divisions = new[] { await Given.Division(provider), await Given.Division(provider, "INACTIVE"),
            await Given.Division(provider) };
        await Given.DivisionAddress(divisions[0], "Самбір", isActive: false);
        await Given.DivisionAddress(divisions[0], "Дрогобич");
        await Given.Division(provider, isActive: false);
        await Given.Division(await Given.Provider());

        var answer = (await registry.Send("GET", Path, await Given.Token(provider, Scope))).Succeeded();

        Assert.Equal(["meta", "data", "paging"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("list", answer.Json.GetProperty("meta").GetProperty("type").GetString());
        Assert.Equal(
            """{"page_number":1,"page_size":50,"total_entries":3,"total_pages":1}""", answer.Json.GetProperty("paging").GetRawText());
        Assert.Equal(divisions, answer.Ids());
        Assert.All(
            answer.Data.EnumerateArray(), division =>
            Assert.Equal(DivisionShape.Members, division.EnumerateObject().Select(member => member.Name)));
        Assert.Equal(["Дрогобич"], DivisionShape.Settlements(answer.Data[0]));
        Assert.Equal("[]", answer.Data[1].GetProperty("addresses").GetRawText());
    }

    [Fact(DisplayName = "Each filter selects by its value; several are combined with AND; an empty one counts as absent")]
    public async Task Filters()
    {
        var provider = await Given.Provider();
        var clinic = await Given.Division(provider, name: "Їжакова клініка № 1", type: "CLINIC");
        var point = await Given.Division(provider, "INACTIVE", name: "Пункт", type: "FAP");
        var foreign = await Given.Division(await Given.Provider());
        var all = new[] { clinic, point };

        Assert.Equal(all, await Ids(provider, $"?ids={point},{clinic.ToString().ToUpperInvariant()},{foreign},{Guid.NewGuid()}"));
        Assert.Equal([point], await Ids(provider, $"?ids={point}"));
        Assert.Equal([clinic], await Ids(provider, "?name=їЖАКОВА"));
        Assert.Equal(all, await Ids(provider, $"?legal_entity_id={provider}"));
        Assert.Equal([], await Ids(provider, $"?legal_entity_id={await Given.LegalEntity()}"));
        Assert.Equal([point], await Ids(provider, "?type=FAP"));
        Assert.Equal([], await Ids(provider, "?type=anything"));
        Assert.Equal([clinic], await Ids(provider, "?status=active"));
        Assert.Equal([point], await Ids(provider, "?status=INACTIVE"));
        Assert.Equal([], await Ids(provider, "?status=INACTIVE&type=CLINIC"));
        Assert.Equal(all, await Ids(provider, "?ids=&name=&legal_entity_id=&type=&status=&unknown=1"));
    }

    [Theory(DisplayName = "A name is searched as plain text: no character is a wildcard")]
    [InlineData("%", "100% здоров'я")]
    [InlineData("_", "Пункт_2")]
    [InlineData("\\", "Пункт\\3")]
    [InlineData("\\_", "")]
    [InlineData(".*", "")]
    [InlineData("ПУНКТ", "Пункт_2, Пункт\\3")]
    public async Task Literal(string text, string names)
    {
        var provider = await Given.Provider();
        foreach (var name in (string[])["100% здоров'я", "Пункт_2", "Пункт\\3"])
            await Given.Division(provider, name: name);

        var answer =
            (await registry.Send("GET", $"{Path}?name={Uri.EscapeDataString(text)}", await Given.Token(provider, Scope))).Succeeded();

        Assert.Equal(names, string.Join(", ", answer.Data.EnumerateArray().Select(division => division.GetProperty("name").GetString())));
    }

    [Fact(DisplayName = "Pages follow one another from the first to the last")]
    public async Task Pages()
    {
        var provider = await Given.Provider();
        var divisions = new List<Guid>();
        for (var i = 0; i < 5; i++)
            divisions.Add(await Given.Division(provider));

        Assert.Equal(divisions[..2], await Ids(provider, "?page_size=2"));
        Assert.Equal(divisions[2..4], await Ids(provider, "?page_size=2&page=2"));
        Assert.Equal(divisions[4..], await Ids(provider, "?page_size=2&page=3"));
        Assert.Equal([], await Ids(provider, "?page_size=2&page=4"));
    }

    [Theory(DisplayName = "A filter of the wrong form, before the legal entity (CLOSED here) is checked")]
    [InlineData("ids=17", "ids", "cast", "is invalid", """["uuid"]""")]
    [InlineData("ids=7b3f1d52-0000-4000-8000-000000000001,", "ids", "cast", "is invalid", """["uuid"]""")]
    [InlineData("name=a&name=b", "name", "cast", "is invalid", """["string"]""")]
    [InlineData("legal_entity_id=x", "legal_entity_id", "cast", "is invalid", """["uuid"]""")]
    [InlineData("status=CLOSED", "status", "inclusion", "value is not allowed in enum", """{"values":["ACTIVE","INACTIVE"]}""")]
    [InlineData("page=0", "page", "number", "must be greater than 0", """{"greater_than":0}""")]
    [InlineData("page_size=many", "page_size", "cast", "is invalid", """["integer"]""")]
    public async Task Faults(string query, string entry, string rule, string description, string parameters) =>
        (await registry.Send("GET", $"{Path}?{query}", await Given.Token(await Given.Provider("CLOSED"), Scope)))
            .IsIlQueryFault(entry, rule, description, parameters);

    [Theory(DisplayName = "1 a provider whose legal entity is not ACTIVE or SUSPENDED, or who has none, is refused, whatever the filters")]
    [InlineData("CLOSED")]
    [InlineData("REORGANIZED")]
    [InlineData("none")]
    public async Task LegalEntityIsNotActive(string status)
    {
        var provider = status == "none" ? Guid.NewGuid() : await Given.Provider(status);
        if (status == "none")
            await Given.Client(provider, "MSP");

        var answer = await registry.Send("GET", $"{Path}?legal_entity_id={await Given.LegalEntity()}", await Given.Token(provider, Scope));

        answer.IsIlRefusal(422, "validation_failed", Answer.ValidationFailed, "legal_entity_id", "Legal entity is not active");
        Assert.Equal(
            """[{"entry_type":"query_parameter","entry":"legal_entity_id","rules":[{"rule":"invalid","description":"Legal entity is not active","params":[]}]}]""",
            answer.Json.GetProperty("error").GetProperty("invalid").GetRawText());
    }

    [Fact(DisplayName = "A SUSPENDED legal entity sees its divisions")]
    public async Task Suspended()
    {
        var provider = await Given.Provider("SUSPENDED");

        Assert.Equal([await Given.Division(provider)], await Ids(provider, ""));
    }

    [Theory(DisplayName = "MIS and NHS see the divisions of all, and need no legal entity")]
    [InlineData("MIS")]
    [InlineData("NHS")]
    public async Task SeesAll(string type)
    {
        var client = Guid.NewGuid();
        await Given.Client(client, type);
        var divisions = new[] { await Given.Division(await Given.Provider()), await Given.Division(await Given.Provider("CLOSED")) };

        Assert.Equal(divisions, await Ids(client, $"?ids={divisions[1]},{divisions[0]}"));
    }

    private async Task<IReadOnlyList<Guid>> Ids(Guid client, string query) =>
        (await registry.Send("GET", Path + query, await Given.Token(client, Scope))).Succeeded().Ids();
}
