using Esoz.Dictionaries;
using Esoz.Import;

namespace Esoz.Tests.Import;

/// <summary><c>dictionary import FILE</c>: dictionaries are brought to the state of a file.</summary>
public sealed class ImportDictionariesTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "The form by name: adds dictionaries and values, updates names, deactivates what the file does not have; others stay")]
    public async Task ByName()
    {
        await Import("""{"ZZ_FRUIT":{"source":"market","values":[{"code":"APPLE","name_uk":"Яблуко"},{"code":"PEAR","name_uk":null}]}}""");
        var before = await registry.Scalar<long>("SELECT count(*) FROM dictionary_values WHERE dictionary_id <> (SELECT id FROM dictionaries WHERE name = 'ZZ_FRUIT') AND is_active");

        var summary = Assert.Single(await Import(
            """{"ZZ_FRUIT":{"values":[{"code":"APPLE","name_uk":"Яблуко садове","name_source":"market"},{"code":"PLUM","name_uk":"Слива"}]}}"""));

        Assert.Equal(new DictionarySummary("ZZ_FRUIT", IsNew: false, IsChanged: false, Added: 1, Updated: 1, Deactivated: 1, Unchanged: 0), summary);
        Assert.Equal("APPLE Яблуко садове True, PEAR PEAR False, PLUM Слива True", await Values("ZZ_FRUIT"));
        Assert.Equal(before, await registry.Scalar<long>(
            "SELECT count(*) FROM dictionary_values WHERE dictionary_id <> (SELECT id FROM dictionaries WHERE name = 'ZZ_FRUIT') AND is_active"));
        Assert.Equal("{SYSTEM,EXTERNAL}", await registry.Scalar<string>("SELECT labels::text FROM dictionaries WHERE name = 'ZZ_FRUIT'"));

        // What was deactivated comes back.
        Assert.Equal((1, 1), (await Import("""{"ZZ_FRUIT":{"values":[{"code":"APPLE","name_uk":"Яблуко садове"},{"code":"PEAR"}]}}"""))
            .Select(it => (it.Updated, it.Deactivated)).Single());
    }

    [Fact(DisplayName = "The form that is served: its own answer changes nothing; children, states and labels are read; with or without the envelope")]
    public async Task Served()
    {
        const string dictionary =
            """{"name":"ZZ_TREE","description":"Дерева","values":[{"code":"OAK","description":"Дуб","is_active":true,"child_values":[{"code":"RED","description":"Червоний","is_active":false,"child_values":[]}]}],"labels":["SYSTEM"],"is_active":false}""";

        var added = Assert.Single(await Import($$"""{"meta":{},"data":[{{dictionary}}]}"""));
        var answer = (await registry.Send("GET", "/api/v2/dictionaries?name=ZZ_TREE")).Succeeded();
        var again = Assert.Single(await Import(answer.Data.GetRawText()));

        Assert.Equal(new DictionarySummary("ZZ_TREE", IsNew: true, IsChanged: false, Added: 2, Updated: 0, Deactivated: 0, Unchanged: 0), added);
        Assert.Equal($"[{dictionary}]", answer.Data.GetRawText());
        Assert.Equal(new DictionarySummary("ZZ_TREE", IsNew: false, IsChanged: false, Added: 0, Updated: 0, Deactivated: 0, Unchanged: 2), again);
        Assert.True(Assert.Single(await Import($"[{dictionary.Replace("\"is_active\":false}", "\"is_active\":true}", StringComparison.Ordinal)}]")).IsChanged);

        var all = await Import((await registry.Send("GET", "/api/v2/dictionaries")).Text);
        Assert.All(all, it => Assert.Equal((false, false, 0, 0, 0), (it.IsNew, it.IsChanged, it.Added, it.Updated, it.Deactivated)));
    }

    [Fact(DisplayName = "Checks accept an imported value, and refuse one that was deactivated")]
    public async Task Checked()
    {
        await Import("""{"ZZ_CHECKED":{"values":[{"code":"A"},{"code":"B"}]}}""");
        await Import("""{"ZZ_CHECKED":{"values":[{"code":"B"}]}}""");

        Assert.Equal(["B"], await new DictionaryCodes(registry.Database, TimeProvider.System).Of("ZZ_CHECKED", Ct));
    }

    [Theory(DisplayName = "A faulty file names its entries and changes nothing")]
    [InlineData("{", "not JSON: ")]
    [InlineData("17", "$ is neither an object nor a list")]
    [InlineData("""{"ZZ_BAD":[]}""", "$.ZZ_BAD is not an object")]
    [InlineData("""{"ZZ_BAD":{}}""", "$.ZZ_BAD.values is missing")]
    [InlineData("""{"ZZ_BAD":{"values":{}}}""", "$.ZZ_BAD.values is not a list")]
    [InlineData("""{"ZZ_BAD":{"values":[{"code":"A"},{"name_uk":"Б"}]}}""", "$.ZZ_BAD.values[1].code is missing")]
    [InlineData("""{"ZZ_BAD":{"values":[{"code":17}]}}""", "$.ZZ_BAD.values[0].code is not a text")]
    [InlineData("""{"ZZ_BAD":{"values":[{"code":""}]}}""", "$.ZZ_BAD.values[0].code is empty")]
    [InlineData("""{"ZZ_BAD":{"values":[{"code":"A\u0000"}]}}""", "$.ZZ_BAD.values[0].code has a character that cannot be stored")]
    [InlineData("""{"ZZ_BAD":{"values":[{"code":"A","name_uk":17}]}}""", "$.ZZ_BAD.values[0].name_uk is not a text")]
    [InlineData("""{"ZZ_BAD":{"values":[{"code":"A"},{"code":"A"}]}}""", "$.ZZ_BAD.values[1].code A is given twice")]
    [InlineData("""{"ZZ_BAD":{"values":[]},"ZZ_BAD":{"values":[]}}""", "$.ZZ_BAD ZZ_BAD is given twice")]
    [InlineData("""{"data":[{"values":[]}]}""", "$.data[0].name is missing")]
    [InlineData("""[{"name":"ZZ_BAD","values":[]},{"name":"ZZ_BAD","values":[]}]""", "$[1].name ZZ_BAD is given twice")]
    [InlineData("""[{"name":"ZZ_BAD","labels":"A","values":[]}]""", "$[0].labels is not a list of texts")]
    [InlineData("""[{"name":"ZZ_BAD","is_active":"yes","values":[]}]""", "$[0].is_active is neither true nor false")]
    [InlineData("""[{"name":"ZZ_BAD","values":[{"code":"A","child_values":[{"code":"A"}]}]}]""", "$[0].values[0].child_values[0].code A is given twice")]
    public async Task Faults(string content, string fault)
    {
        // The first dictionary is right, and is not written either.
        var faults = (await Assert.ThrowsAsync<ImportFailedException>(() => Import(content))).Faults;

        Assert.StartsWith($"dictionaries.json: {fault}", Assert.Single(faults), StringComparison.Ordinal);
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM dictionaries WHERE name = 'ZZ_BAD'"));
    }

    [Fact(DisplayName = "All faults are named at once")]
    public async Task AllFaults() => Assert.Equal(
        ["dictionaries.json: $.A.values is missing", "dictionaries.json: $.B.values[0].code is empty"],
        (await Assert.ThrowsAsync<ImportFailedException>(() => Import("""{"A":{},"B":{"values":[{"code":""}]}}"""))).Faults);

    [Fact(DisplayName = "Imports at the same time add each value once")]
    public async Task Concurrent()
    {
        var values = string.Join(',', Enumerable.Range(0, 200).Select(i => $$"""{"code":"C{{i}}"}"""));

        var summaries = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Import($$$"""{"ZZ_RACE":{"values":[{{{values}}}]}}""")));

        Assert.Equal(200, summaries.Sum(it => it[0].Added));
    }

    private async Task<IReadOnlyList<DictionarySummary>> Import(string content)
    {
        var directory = Directory.CreateTempSubdirectory("esoz-dictionaries-");
        try
        {
            var file = Path.Combine(directory.FullName, "dictionaries.json");
            await File.WriteAllTextAsync(file, content, Ct);
            return await ImportDictionaries.Run(registry.Database.Source, file, Ct);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private Task<string> Values(string dictionary) => registry.Scalar<string>("""
        SELECT string_agg(concat_ws(' ', code, description, CASE WHEN is_active THEN 'True' ELSE 'False' END), ', ' ORDER BY code)
          FROM dictionary_values WHERE dictionary_id = (SELECT id FROM dictionaries WHERE name = $1)
        """, dictionary);
}
