namespace Esoz.Tests.Compositions;

/// <summary>API-006-001-001-0215 searchCompositions (compositions §8).</summary>
public sealed class SearchCompositionsTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/patients/searchComposition";

    [Fact(DisplayName = "A bare array of what the caller may read, the newest first; filters narrow; nothing found is an empty array")]
    public async Task Finds()
    {
        var given = await CompositionCase.Disability(registry);
        var old = await given.Existing("2026-01-02", "2026-01-06", "ENTERED_IN_ERROR", date: "2026-01-02T08:00:00Z");
        var recent = await given.Existing("2026-03-02", "2026-03-06", "PRELIMINARY", date: "2026-03-02T08:00:00Z");
        var newborn = await given.Existing("2026-02-02", null, "FINAL", "LIVE_BIRTH", "NEWBORN", "2026-02-02T08:00:00Z");
        var foreign = await CompositionCase.Disability(registry);
        await foreign.Existing("2026-03-02", "2026-03-06", subject: given.Subject);

        Assert.Equal([recent, newborn, old], await Ids(given, $"subject={given.Subject}"));
        Assert.Equal([recent, newborn, old], await Ids(given, $"focus={given.Focus}"));
        Assert.Equal([newborn], await Ids(given, $"subject={given.Subject}&type=NEWBORN"));
        Assert.Equal([old], await Ids(given, $"subject={given.Subject}&status=ENTERED-IN-ERROR"));
        Assert.Equal([old], await Ids(given, $"subject={given.Subject}&status=ENTERED_IN_ERROR"));
        Assert.Equal([newborn], await Ids(given, $"subject={given.Subject}&offset=1&limit=1"));
        Assert.Equal([recent, newborn, old], await Ids(given, $"subject={given.Subject}&episodeOfCare={given.Episode}&encounter={given.Encounter}"));
        Assert.Equal([], await Ids(given, $"subject={given.Subject}&encounter={Guid.NewGuid()}"));
        Assert.Equal([], await Ids(given, $"subject={Guid.NewGuid()}"));
        Assert.Equal((await given.Get(recent)).Json.GetRawText(), (await registry.Send("GET", $"{Path}?subject={given.Subject}&limit=1", given.Credential)).Json[0].GetRawText());
    }

    [Fact(DisplayName = "Without a limit there are at most 20")]
    public async Task DefaultLimit()
    {
        var given = await CompositionCase.Disability(registry);
        for (var i = 0; i < 22; i++)
            await given.Existing("2026-03-02", "2026-03-06", "PRELIMINARY");

        Assert.Equal(20, (await Ids(given, $"subject={given.Subject}")).Count);
        Assert.Equal(22, (await Ids(given, $"subject={given.Subject}&limit=50")).Count);
    }

    [Theory(DisplayName = "Exactly one of subject and focus, and every value in its form")]
    [InlineData("")]
    [InlineData("subject=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c&focus=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c")]
    [InlineData("subject=17")]
    [InlineData("subject=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c&type=ADOPTION")]
    [InlineData("subject=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c&status=SIGNED")]
    [InlineData("subject=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c&episodeOfCare=17")]
    [InlineData("subject=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c&offset=-1")]
    [InlineData("subject=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c&limit=0")]
    [InlineData("subject=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c&limit=51")]
    [InlineData("subject=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c&limit=many")]
    public async Task Faults(string query) => (await registry.Send("GET", $"{Path}?{query}", (await CompositionCase.Disability(registry)).Credential))
        .IsMcRefusal(400, 400, "INVALID_REQUEST_FORMAT", "Invalid request format");

    private async Task<IReadOnlyList<Guid>> Ids(CompositionCase given, string query) =>
        [.. (await registry.Send("GET", $"{Path}?{query}", given.Credential)).Succeeded().Json.EnumerateArray().Select(item => item.GetProperty("identifier").GetProperty("value").GetGuid())];
}
