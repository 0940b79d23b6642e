namespace Esoz.Tests.Compositions;

/// <summary>API-006-001-001-0215 searchCompositions (compositions §8).</summary>
public sealed class SearchCompositionsTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/api/patients/searchComposition";

    [Fact(DisplayName = "The array in data of what the caller may read, the newest first; filters narrow; nothing found is an empty array")]
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
        Assert.Equal([newborn], await Ids(given, $"subject={given.Subject}&offset=1&limit=1"));
        Assert.Equal(
            [recent, newborn, old], await Ids(given, $"subject={given.Subject}&episodeOfCare={given.Episode}&encounter={given.Encounter}"));
        Assert.Equal([], await Ids(given, $"subject={given.Subject}&encounter={Guid.NewGuid()}"));
        Assert.Equal([], await Ids(given, $"subject={Guid.NewGuid()}"));
    }

    [Fact(DisplayName = "A row is the composition with the reference to its episode after the encounter")]
    public async Task Row()
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Existing("2026-03-02", "2026-03-06");
        var shown = await given.Shown(id);
        var encounter = $"\"encounter\":{CompositionCase.Reference("encounter", given.Encounter).ToJsonString()},";
        Assert.Contains(encounter, shown, StringComparison.Ordinal);

        var found = (await registry.Send("GET", $"{Path}?subject={given.Subject}", given.Credential)).Succeeded();

        var episode = $"\"episodeOfCare\":{CompositionCase.Reference("episode_of_care", given.Episode).ToJsonString()},";
        Assert.Equal($$"""{"data":[{{shown.Replace(encounter, encounter + episode, StringComparison.Ordinal)}}]}""", found.Text);
        Assert.Equal("""{"data":[]}""",
            (await registry.Send("GET", $"{Path}?subject={Guid.NewGuid()}", given.Credential)).Succeeded().Text);
    }

    [Fact(DisplayName = "Subject and focus are two people of a birth; compositions of the same instant are in the order of their ids")]
    public async Task SubjectAndFocus()
    {
        var given = await CompositionCase.Newborn(registry);
        var made = new List<Guid>();
        for (var i = 0; i < 5; i++)
            made.Add(await given.Existing("2026-03-02", null, "ENTERED_IN_ERROR", "LIVE_BIRTH", "NEWBORN", subjectType: "preperson"));
        // PostgreSQL orders uuids as their text.
        made.Sort((one, other) => string.CompareOrdinal($"{one}", $"{other}"));

        Assert.Equal(made, await Ids(given, $"subject={given.Subject}"));
        Assert.Equal(made, await Ids(given, $"focus={given.Focus}"));
        Assert.Equal(made[2..4], await Ids(given, $"focus={given.Focus}&offset=2&limit=2"));
        Assert.Equal([], await Ids(given, $"focus={given.Subject}"));
        Assert.Equal([], await Ids(given, $"subject={given.Focus}"));
    }

    [Theory(DisplayName = "The encounter's legal entity and the episode's find it as the custodian does; others find nothing")]
    [InlineData("UPDATE encounters SET legal_entity_id = $2 WHERE id = $1", true)]
    [InlineData("UPDATE episodes SET managing_legal_entity_id = $2 WHERE id = $1", true)]
    [InlineData("SELECT $1::uuid, $2::uuid", false)]
    public async Task Readers(string makeReader, bool mayRead)
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Existing("2026-03-02", "2026-03-06");
        var other = await registry.Given.Provider();
        await registry.Execute(
            makeReader, makeReader.Contains("episodes", StringComparison.Ordinal) ? given.Episode : given.Encounter, other);

        var found = (await registry.Send("GET", $"{Path}?subject={given.Subject}", await registry.Given.Token(other, "composition:search")))
            .Succeeded();

        Assert.Equal(
            mayRead ? [id] : [], found.Data.EnumerateArray().Select(item => item.GetProperty("identifier").GetProperty("value").GetGuid()));
    }

    [Theory(DisplayName = "Every status filters, ENTERED-IN-ERROR in its older form too; the answer has the underscore")]
    [InlineData("PRELIMINARY", "PRELIMINARY")]
    [InlineData("FINAL", "FINAL")]
    [InlineData("AMENDED", "AMENDED")]
    [InlineData("ENTERED_IN_ERROR", "ENTERED_IN_ERROR")]
    [InlineData("ENTERED-IN-ERROR", "ENTERED_IN_ERROR")]
    public async Task Statuses(string given, string shown)
    {
        var it = await CompositionCase.Disability(registry);
        foreach (var status in (string[])["PRELIMINARY", "FINAL", "AMENDED", "ENTERED_IN_ERROR"])
            await it.Existing("2026-03-02", "2026-03-06", status);

        var found = (await registry.Send("GET", $"{Path}?subject={it.Subject}&status={given}", it.Credential)).Succeeded();

        Assert.Equal(shown, Assert.Single(found.Data.EnumerateArray()).GetProperty("status").GetString());
    }

    [Fact(DisplayName = "Without a limit there are at most 20, with one up to 300")]
    public async Task DefaultLimit()
    {
        var given = await CompositionCase.Disability(registry);
        for (var i = 0; i < 22; i++)
            await given.Existing("2026-03-02", "2026-03-06", "PRELIMINARY");

        Assert.Equal(20, (await Ids(given, $"subject={given.Subject}")).Count);
        Assert.Equal(22, (await Ids(given, $"subject={given.Subject}&limit=300")).Count);
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
    [InlineData("subject=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c&limit=301")]
    [InlineData("subject=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c&limit=many")]
    [InlineData("subject=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c&offset=99999999999999999999")]
    [InlineData("subject=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c&encounter=17")]
    [InlineData("subject=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c&subject=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c")]
    [InlineData("subject=5e4d3c2b-1a09-4f8e-9d7c-6b5a4f3e2d1c&focus=17")]
    [InlineData("focus=")]
    public async Task Faults(string query) =>
        (await registry.Send("GET", $"{Path}?{query}", (await CompositionCase.Disability(registry)).Credential))
        .IsMcRefusal(400, 400, "INVALID_REQUEST_FORMAT", "Invalid request format");

    private async Task<IReadOnlyList<Guid>> Ids(CompositionCase given, string query) =>
        [.. (await registry.Send("GET", $"{Path}?{query}", given.Credential)).Succeeded().Data.EnumerateArray()
            .Select(item => item.GetProperty("identifier").GetProperty("value").GetGuid())];
}
