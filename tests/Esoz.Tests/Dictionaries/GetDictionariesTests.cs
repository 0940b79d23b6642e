using System.Text.Json;
using System.Text.RegularExpressions;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Dictionaries;

/// <summary>Get Dictionaries V2 (platform §1, data-model §8).</summary>
public sealed partial class GetDictionariesTests(Registry registry) : IClassFixture<Registry>
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
            """{"name":"GENDER","description":"Стать","values":[{"code":"FEMALE","description":"жіноча","is_active":true,"child_values":[]},{"code":"MALE","description":"чоловіча","is_active":true,"child_values":[]}],"labels":["SYSTEM","EXTERNAL"],"is_active":true}""",
            gender.GetRawText());
    }

    [Fact(DisplayName = "Every dictionary of the page exists and is active, also those that only clients load")]
    public async Task Seeded()
    {
        var page = SourceTree.Read("spec/dictionaries.md");
        var named = TableRow().Matches(page[..page.IndexOf("### Codes per employee type", StringComparison.Ordinal)])
            .SelectMany(row => row.Groups[1].Value.Split(", "))
            .Concat(ListedName().Matches(page[page.IndexOf("\n## 4.", StringComparison.Ordinal)..]).Select(name => name.Value))
            .Distinct().ToList();
        Assert.Contains("EDR_STATE", named);
        Assert.Contains("MR_BLANK_TYPES", named);
        string[] events = ["eHealth/ICD10_AM/condition_codes", "eHealth/ICF/qualifiers/performance", "eHealth/care_plan_categories",
            "eHealth/immunization_body_sites", "eHealth/vaccination_routes", "eHealth/ucum/units", "device_unit", "equipment_statuses"];

        var answer = (await registry.Send("GET", "/api/v2/dictionaries?is_active=true")).Succeeded();

        Assert.Empty(named.Concat(events).Except(Names(answer)));
    }

    [Fact(DisplayName = "Every value of the published data is served with its name, or with its code where no source has a name")]
    public async Task Published()
    {
        var published = JsonDocument.Parse(File.ReadAllText(OutsideData.Required("dictionaries.json"))).RootElement.EnumerateObject()
            .SelectMany(dictionary => dictionary.Value.GetProperty("values").EnumerateArray().Select(value =>
                (dictionary.Name, Code: value.GetProperty("code").GetString()!,
                    Description: value.GetProperty("name_uk").GetString() ?? value.GetProperty("code").GetString()!)));
        Assert.True(published.Count() > 1500);

        var answer = (await registry.Send("GET", "/api/v2/dictionaries?value_is_active=true")).Succeeded();
        // Another test adds dictionaries of its own.
        var served =
            from dictionary in answer.Data.EnumerateArray()
            let name = dictionary.GetProperty("name").GetString()!
            where !name.StartsWith("ZZ_", StringComparison.Ordinal)
            from value in dictionary.GetProperty("values").EnumerateArray()
            select (name, value.GetProperty("code").GetString()!, value.GetProperty("description").GetString()!);

        Assert.Equal(published.Order(), served.Order());
    }

    [Theory(DisplayName = "Labels of ordinary dictionaries, of lists of allowed KVEDs, and of the labels themselves")]
    [InlineData("POSITION", "SYSTEM EXTERNAL")]
    [InlineData("KVEDS", "SYSTEM EXTERNAL")]
    [InlineData("KVEDS_ALLOWED_PHARMACY", "SYSTEM")]
    [InlineData("DICTIONARY_LABELS", "ADMIN READ_ONLY")]
    public async Task Labels(string name, string labels) =>
        Assert.Equal(labels.Split(' '), (await Get($"name={name}")).Succeeded().Data[0].GetProperty("labels").EnumerateArray()
            .Select(label => label.GetString()));

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
        Assert.Equal(["COMPOSITION_NEWBORN_SEX", "GENDER"], Names(await Get("value_code=FEMALE")));
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

    /// <summary>First cell of a row of section 2: names of dictionaries.</summary>
    [GeneratedRegex(@"^\| ([A-Z][A-Z0-9_]+(?:, [A-Z][A-Z0-9_]+)*) \|", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    /// <summary>A name in capitals in the lists of section 4.</summary>
    [GeneratedRegex(@"(?<![\w/])[A-Z][A-Z0-9_]{3,}(?![\w/])")]
    private static partial Regex ListedName();
}
