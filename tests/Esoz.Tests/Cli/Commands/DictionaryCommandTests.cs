using System.Text.Json;

namespace Esoz.Tests.Cli.Commands;

/// <summary><c>dictionary list</c>, <c>show</c> and <c>import</c>, each in its own process.</summary>
public sealed class DictionaryCommandTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "import says what it did, list counts, show prints values with their children; each as JSON too")]
    public async Task ImportsAndShows()
    {
        var file = Path.Combine(registry.DataDirectory, "fruit.json");
        await File.WriteAllTextAsync(file,
            """[{"name":"ZZ_FRUIT","values":[{"code":"APPLE","description":"Яблуко","child_values":[{"code":"RED","description":"Червоне"}]},{"code":"PEAR","is_active":false}]}]""",
            TestContext.Current.CancellationToken);

        Assert.Equal(
            "ZZ_FRUIT (new): 3 added, 0 updated, 0 deactivated, 0 unchanged\n1 dictionaries: 3 added, 0 updated, 0 deactivated, 0 unchanged\n",
            (await Run(0, "dictionary", "import", file)).Output);
        Assert.Equal(
            """[{"dictionary":"ZZ_FRUIT","is_new":false,"is_changed":false,"added":0,"updated":0,"deactivated":0,"unchanged":3}]""",
            (await Run(0, "dictionary", "import", file, "--json")).Output.Trim());

        Assert.Matches(@"(?m)^ZZ_FRUIT +2 +3 +yes$", (await Run(0, "dictionary", "list")).Output);
        var listed = JsonElement.Parse((await Run(0, "dictionary", "list", "--json")).Output).EnumerateArray()
            .Single(it => it.GetProperty("name").GetString() == "ZZ_FRUIT");
        Assert.Equal(
            """{"name":"ZZ_FRUIT","description":null,"labels":["SYSTEM","EXTERNAL"],"is_active":true,"values":3,"active_values":2}""",
            listed.GetRawText());

        var shown = (await Run(0, "dictionary", "show", "ZZ_FRUIT")).Output;
        Assert.Matches(@"^ZZ_FRUIT .*\[SYSTEM, EXTERNAL\]\n  APPLE +Яблуко\n    RED +Червоне\n  PEAR +PEAR  \(inactive\)\n$", shown);
        Assert.Equal(
            (await registry.Send("GET", "/api/v2/dictionaries?name=ZZ_FRUIT")).Succeeded().Data[0].GetRawText(),
            (await Run(0, "dictionary", "show", "ZZ_FRUIT", "--json")).Output.Trim());
    }

    [Fact(DisplayName = "A faulty file ends with exit code 2 and its entries, a missing file or dictionary with 1")]
    public async Task Faults()
    {
        var file = Path.Combine(registry.DataDirectory, "faulty.json");
        await File.WriteAllTextAsync(file, """{"ZZ_NEW":{"values":[]},"ZZ_BAD":{"values":[{"code":"A"},{"code":""}]}}""",
            TestContext.Current.CancellationToken);

        var (output, errors) = await Run(2, "dictionary", "import", file);

        Assert.Equal(("", "faulty.json: $.ZZ_BAD.values[1].code is empty\n"), (output, errors));
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM dictionaries WHERE name IN ('ZZ_NEW', 'ZZ_BAD')"));
        await Run(1, "dictionary", "import", Path.Combine(registry.DataDirectory, "missing.json"));
        Assert.Equal("There is no dictionary POSITIONS. Did you mean POSITION?\n", (await Run(1, "dictionary", "show", "POSITIONS")).Errors);
    }

    private async Task<(string Output, string Errors)> Run(int exit, params string[] arguments)
    {
        var (code, output, errors) = await EsozProgram.Run(
            new Dictionary<string, string> { ["ESOZ_DATABASE"] = registry.ConnectionString, ["ESOZ_DATA_DIR"] = registry.DataDirectory },
            arguments);
        Assert.True(code == exit, $"{code}: {output}{errors}");
        return (output, errors);
    }
}
