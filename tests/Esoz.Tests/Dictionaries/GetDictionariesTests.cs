namespace Esoz.Tests.Dictionaries;

/// <summary>Get Dictionaries V2 (platform §1, data-model §8).</summary>
public sealed class GetDictionariesTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Without credentials and paging: all dictionaries by name, their values by code, every member in order")]
    public async Task Lists()
    {
        var answer = (await registry.Send("GET", "/api/v2/dictionaries")).Succeeded();

        Assert.Equal(["meta", "data"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("list", answer.Json.GetProperty("meta").GetProperty("type").GetString());
        Assert.Equal((await registry.Rows("SELECT name FROM dictionaries ORDER BY name")).Select(row => row["name"]), Names(answer));
        var gender = Assert.Single(answer.Data.EnumerateArray(), dictionary => dictionary.GetProperty("name").GetString() == "GENDER");
        Assert.Equal(
            """{"name":"GENDER","description":"Стать","values":[{"code":"FEMALE","description":"Жіноча","is_active":true,"child_values":[]},{"code":"MALE","description":"Чоловіча","is_active":true,"child_values":[]}],"labels":[],"is_active":true}""",
            gender.GetRawText());
    }

    [Fact(DisplayName = "The dictionaries that the pages name exist from the first migration on")]
    public async Task Seeded()
    {
        string[] named = ["SPECIALITY_TYPE", "PROVIDING_CONDITION", "HEALTHCARE_SERVICE_CATEGORIES",
            "HEALTHCARE_SERVICE_PHARMACY_DRUGS_TYPES", "DIVISION_TYPE", "POSITION",
            "LICENSE_TYPE", "OWNER_PROPERTY_TYPE", "LEGAL_FORM", "CONTRACT_PAYMENT_METHOD", "COMPOSITION_TYPES", "COMPOSITION_CATEGORIES",
            "COMPOSITION_EVENTS"];

        var answer = (await registry.Send("GET", "/api/v2/dictionaries?is_active=true")).Succeeded();

        Assert.Empty(named.Except(Names(answer)));
        Assert.All(answer.Data.EnumerateArray(), dictionary => Assert.NotEqual(0, dictionary.GetProperty("values").GetArrayLength()));
    }

    [Fact(DisplayName = "Filters of dictionaries and of values; a value is shown when one of its children matches")]
    public async Task Filters()
    {
        var place = await registry.Given.Insert(
            "dictionaries", new() { ["name"] = "ZZ_PLACE", ["is_active"] = false, ["labels"] = new[] { "TEST" } });
        var town = await Value(place, "TOWN", "Місто", true);
        await Value(place, "STREET", "Вулиця 100%", false, town);
        await Value(place, "FIELD", "Поле", true);

        Assert.Equal(["ZZ_PLACE"], Names(await Get("name=ZZ_PLACE")));
        Assert.Equal([], Names(await Get("name=zz_place")));
        Assert.Equal(["ZZ_PLACE"], Names(await Get("is_active=false")));
        Assert.Equal("""["TEST"]""", (await Get("name=ZZ_PLACE")).Data[0].GetProperty("labels").GetRawText());
        Assert.Equal("FIELD TOWN[STREET]", await Values("name=ZZ_PLACE"));
        Assert.Equal("TOWN[STREET]", await Values("value_code=STREET&name=ZZ_PLACE"));
        Assert.Equal("TOWN[STREET]", await Values("value_description=вулиця 100%25&is_active=false"));
        Assert.Equal("FIELD TOWN[]", await Values("value_is_active=true&name=ZZ_PLACE"));
        Assert.Equal([], Names(await Get("name=ZZ_PLACE&value_code=SKY")));
        Assert.Equal(["GENDER"], Names(await Get("value_code=FEMALE")));
    }

    [Theory(DisplayName = "A filter of the wrong form")]
    [InlineData("is_active=yes", "is_active")]
    [InlineData("value_is_active=1", "value_is_active")]
    [InlineData("name=A&name=B", "name")]
    public async Task Faults(string query, string entry) =>
        (await Get(query)).IsIlRefusal(422, "validation_failed", Answer.ValidationFailed, entry, "is invalid");

    private Task<Answer> Get(string query) => registry.Send("GET", $"/api/v2/dictionaries?{query}");

    private static IEnumerable<string> Names(Answer answer) =>
        answer.Data.EnumerateArray().Select(dictionary => dictionary.GetProperty("name").GetString()!);

    private async Task<string> Values(string query) =>
        string.Join(
            ' ', Assert.Single((await Get(query)).Succeeded().Data.EnumerateArray()).GetProperty("values").EnumerateArray().Select(value =>
        value.GetProperty("code").GetString() + (value.GetProperty("code").GetString() == "TOWN"
            ? $"[{string.Join(' ', value.GetProperty("child_values").EnumerateArray().Select(child => child.GetProperty("code").GetString()))}]" : "")));

    private Task<Guid> Value(Guid dictionary, string code, string description, bool isActive, Guid? parent = null) =>
        registry.Given.Insert("dictionary_values", new()
        {
            ["dictionary_id"] = dictionary,
            ["parent_id"] = parent,
            ["code"] = code,
            ["description"] = description,
            ["is_active"] = isActive,
        });
}
