using Esoz.Compositions;
using Esoz.Platform.Configuration;

namespace Esoz.Tests.Compositions;

/// <summary>What the server writes about its settings when it starts (compositions §17).</summary>
public sealed class CompositionConfigurationsTests(Registry registry) : IClassFixture<Registry>
{
    private const string New = "EMAL_VALIDATION_PREGNANCY_NEW_COMPOSITION_ALLOWED_PERIODS";
    private const string Positions = "EMAL_VALIDATION_AUTHOR_CATEGORIES_BY_POSITION";

    [Fact(DisplayName =
        "A start with the same settings writes nothing; another value changes the row, one that allows anything hides it, and it comes back")]
    public async Task Changes()
    {
        var before = await Stored();

        await Start();
        Assert.Equal(before, await Stored());

        await Start((New, "56"), (Positions, """{"COVID19":["P7"]}"""));
        var changed = await Stored();
        Assert.Equal(["APPENDED PREGNANCY [14]", "AUTHOR COVID19 [\"P7\"]", "AUTHOR LIVE_BIRTH ", "NEW PREGNANCY [56]"], Values(changed));
        Assert.Equal(["AUTHOR COVID19", "AUTHOR LIVE_BIRTH", "NEW PREGNANCY"], ChangedBetween(before, changed));

        await Start((New, ""), (Positions, """{"COVID19":["P7"]}"""));
        Assert.Equal(["NEW PREGNANCY"], ChangedBetween(changed, await Stored()));
        var token = await registry.Given.Token(await registry.Given.Provider(), "composition_configuration:read");
        var shown = (await registry.Send("GET", "/api/composition_configurations", token)).Succeeded();
        Assert.Equal(["COVID19", "PREGNANCY"], shown.Data.EnumerateArray()
            .Select(row => row.GetProperty("category").GetProperty("coding")[0].GetProperty("code").GetString()!)
            .Order(StringComparer.Ordinal));

        await Start();
        Assert.Equal(
            [
                "APPENDED PREGNANCY [14]", "AUTHOR COVID19 ", "AUTHOR LIVE_BIRTH [\"P5\", \"P6\", \"P8\", \"P34\", \"P103\"]",
                "NEW PREGNANCY [126, 140]",
            ],
            Values(await Stored()));
        Assert.Subset((await Stored()).Select(row => row.Id).ToHashSet(), before.Select(row => row.Id).ToHashSet());
    }

    private Task Start(params (string Name, string Value)[] settings)
    {
        var options = CompositionOptions.Read(new SettingReader(settings.ToDictionary(it => it.Name, it => it.Value)));
        return new CompositionConfigurations(registry.Database, options).StartAsync(CancellationToken.None);
    }

    private static IEnumerable<string> Values(IEnumerable<Row> rows) => rows.Select(row => $"{row.Key} {row.Value}");

    private static IEnumerable<string> ChangedBetween(IReadOnlyList<Row> before, IReadOnlyList<Row> after) =>
        after.Except(before).Select(row => row.Key);

    private async Task<IReadOnlyList<Row>> Stored() => [.. (await registry.Rows("""
        SELECT id, substring(name FROM 'NEW|APPENDED|AUTHOR') || ' ' || category AS key, coalesce(value::text, '') AS value, updated_at
          FROM composition_configurations ORDER BY 2
        """)).Select(row => new Row((Guid)row["id"]!, (string)row["key"]!, (string)row["value"]!, (DateTime)row["updated_at"]!))];

    private sealed record Row(Guid Id, string Key, string Value, DateTime UpdatedAt);
}
