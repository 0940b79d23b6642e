namespace Esoz.Tests.Compositions;

/// <summary>getComposition and searchCompositions where settings change their envelope and their limit (compositions §13).</summary>
public sealed class CompositionOptionsReadTests(CompositionOptionsReadTests.Bare registry) : IClassFixture<CompositionOptionsReadTests.Bare>
{
    private const string Path = "/api/patients/searchComposition";

    public sealed class Bare(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new()
        {
            ["MC_READ_ENVELOPE"] = "none",
            ["COMPOSITION_SEARCH_MAX_LIMIT"] = "2",
        };
    }

    [Fact(DisplayName = "MC_READ_ENVELOPE = none: the bare object and the bare array; refusals and jobs keep their form")]
    public async Task Envelope()
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Existing("2026-03-02", "2026-03-06");

        Assert.Equal("identifier", (await given.Get(id)).Succeeded().Json.EnumerateObject().First().Name);
        Assert.Equal(id, (await registry.Send("GET", $"{Path}?subject={given.Subject}", given.Credential)).Succeeded()
            .Json[0].GetProperty("identifier").GetProperty("value").GetGuid());
        (await given.Get(Guid.NewGuid())).IsMcRefusal(404, 1000, "COMPOSITION_NOT_FOUND_404", "Composition not found");
        Assert.Equal("PENDING", (await given.Create()).Succeeded().Data.GetProperty("status").GetString());
    }

    [Fact(DisplayName = "COMPOSITION_SEARCH_MAX_LIMIT is the largest limit, and the default is not above it")]
    public async Task Limit()
    {
        var given = await CompositionCase.Disability(registry);
        for (var i = 0; i < 3; i++)
            await given.Existing("2026-03-02", "2026-03-06", "PRELIMINARY");

        Assert.Equal(2, (await Found("")).Json.GetArrayLength());
        Assert.Equal(2, (await Found("&limit=2")).Json.GetArrayLength());
        (await Found("&limit=3")).IsMcRefusal(400, 400, "INVALID_REQUEST_FORMAT", "Invalid request format");

        Task<Answer> Found(string limit) => registry.Send("GET", $"{Path}?subject={given.Subject}{limit}", given.Credential);
    }
}
