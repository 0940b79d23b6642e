namespace Esoz.Tests.Compositions;

/// <summary>API-006-001-001-0214 getComposition (compositions §7).</summary>
public sealed class GetCompositionTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "The composition in data: every member in order, dates in their formats, no relatesTo when there is none")]
    public async Task Shows()
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Existing("2026-03-02", "2026-03-06", "PRELIMINARY", date: "2026-03-02T10:15:06.402Z");
        await registry.Execute(
            """UPDATE compositions SET title = '4K0M-7XT2-HE91-A3P6', extension = '[{"valueCode":"IS_ACCIDENT","valueBoolean":true}]' WHERE id = $1""", id);

        var answer = (await given.Get(id)).Succeeded();

        Assert.Equal(
            $$$"""{"data":{"identifier":{{{Resource("composition", id)}}},"status":"PRELIMINARY","type":{{{Concept("COMPOSITION_TYPES", "TEMP_DISABILITY")}}},"category":{{{Concept("COMPOSITION_CATEGORIES", "SICKNESS")}}},"date":"2026-03-02T10:15:06.402Z","title":"4K0M-7XT2-HE91-A3P6","subject":{{{Resource("person", given.Subject)}}},"encounter":{{{Resource("encounter", given.Encounter)}}},"author":{{{Resource("employee", given.Author)}}},"custodian":{{{Resource("legal_entity", given.Provider)}}},"event":[{"code":{{{Concept("COMPOSITION_EVENTS", "COMPOSITION_VALIDITY_PERIOD")}}},"period":{"start":"2026-03-02T00:00:01Z","end":"2026-03-06T20:59:59Z"}}],"section":{"focus":{{{Resource("person", given.Focus)}}}},"extension":[{"valueCode":"IS_ACCIDENT","valueBoolean":true}]}}""",
            answer.Text);
    }

    [Fact(DisplayName = "relatesTo names code and target; the end of a newborn's is null")]
    public async Task Relates()
    {
        var given = await CompositionCase.Disability(registry);
        var earlier = await given.Existing("2026-02-20", "2026-03-01");
        var id = await given.Existing("2026-03-02", null, relatesTo: earlier);

        var answer = (await given.Get(id)).Succeeded();

        Assert.Equal($$"""{"code":"appends","targetIdentifier":{{Resource("composition", earlier)}}}""",
            answer.Data.GetProperty("relatesTo").GetRawText());
        Assert.Equal("null", answer.Data.GetProperty("event")[0].GetProperty("period").GetProperty("end").GetRawText());
    }

    [Theory(DisplayName = "1 each of the four ids must be a uuid and the composition's own")]
    [InlineData("patientId")]
    [InlineData("compositionId")]
    [InlineData("episodeId")]
    [InlineData("encounterId")]
    public async Task NotFound(string wrong)
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Existing("2026-03-02", "2026-03-06");
        // The caller may not read it either: "not found" is reported first.
        var stranger = (await CompositionCase.Disability(registry)).Credential;

        foreach (var value in new[] { $"{Guid.NewGuid()}", "17" })
        {
            var ids = new Dictionary<string, string>
            {
                ["patientId"] = $"{given.Subject}",
                ["compositionId"] = $"{id}",
                ["episodeId"] = $"{given.Episode}",
                ["encounterId"] = $"{given.Encounter}",
                [wrong] = value,
            };
            (await registry.Send(
                "GET", $"/api/patients/{ids["patientId"]}/composition/{ids["compositionId"]}/episode/{ids["episodeId"]}/encounter/{ids["encounterId"]}", stranger))
                .IsMcRefusal(404, 1000, "COMPOSITION_NOT_FOUND_404", "Composition not found");
        }
    }

    [Theory(DisplayName = "2 the custodian, the encounter's legal entity and the episode's may read, no other")]
    [InlineData("custodian", true)]
    [InlineData("encounter", true)]
    [InlineData("episode", true)]
    [InlineData("nobody", false)]
    public async Task Readers(string reader, bool mayRead)
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Existing("2026-03-02", "2026-03-06");
        var other = await registry.Given.Provider();
        if (reader == "encounter")
            await registry.Execute("UPDATE encounters SET legal_entity_id = $2 WHERE id = $1", given.Encounter, other);
        if (reader == "episode")
            await registry.Execute("UPDATE episodes SET managing_legal_entity_id = $2 WHERE id = $1", given.Episode, other);

        var answer = await given.Get(id, reader == "custodian" ? given.Credential : await registry.Given.Token(other, "composition:read"));

        if (mayRead)
            answer.Succeeded();
        else
            answer.IsMcRefusal(403, 403, "ACCESS_DENIED", "Access denied");
    }

    private static string Resource(string kind, Guid id) => CompositionCase.Reference(kind, id).ToJsonString();

    private static string Concept(string system, string code) => CompositionCase.Concept(system, code).ToJsonString();
}
