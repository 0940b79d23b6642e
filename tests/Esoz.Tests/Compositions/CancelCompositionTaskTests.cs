using System.Text.Json.Nodes;

namespace Esoz.Tests.Compositions;

/// <summary>Task CANCEL_COMPOSITION (compositions §6) from the request to the end of its job, with real signatures.</summary>
public sealed class CancelCompositionTaskTests(SigningRegistry registry) : IClassFixture<SigningRegistry>
{
    [Fact(DisplayName = "A FINAL composition becomes ENTERED_IN_ERROR with its reason; the container is kept; one audit row and one event by the caller")]
    public async Task Cancels()
    {
        var given = await CompositionCase.Disability(registry);
        var id = await registry.Final(given);
        var container = registry.Signed(SigningRegistry.Cancellation(id), await registry.KeyOf(given));

        var job = (await given.SendAndWait("cancel", id, container)).Data;

        Assert.True(job.GetProperty("status").GetString() == "DONE", job.GetRawText());
        var row = Assert.Single(await registry.Rows("SELECT * FROM compositions WHERE id = $1", id));
        Assert.Equal(("ENTERED_IN_ERROR", $"{id}/cancel_content.p7s", "INCORRECT_CATEGORY", "Обрано хибну категорію", given.User),
            (row["status"], row["cancel_content_key"], row["cancel_reason_code"], row["cancel_reason_text"], row["updated_by"]));
        Assert.Equal(row["updated_at"], row["cancelled_at"]);
        Assert.Equal(container, await registry.Kept($"{id}/cancel_content.p7s"));
        Assert.Equal(["FINAL", "ENTERED_IN_ERROR"], (await registry.Rows("SELECT properties #>> '{status,new_value}' AS status FROM events WHERE entity_id = $1 ORDER BY event_time", id)).Select(change => change["status"]));
        Assert.Equal("ENTERED_IN_ERROR", (await given.Get(id)).Json.GetProperty("status").GetString());
    }

    /// <summary>The staircase, from the last check to the first: each step breaks one thing more, and the answer is always that of the earliest check.</summary>
    [Fact(DisplayName = "Checks 1 to 6 in their order: whatever else is wrong, the earliest is told")]
    public async Task Staircase()
    {
        var given = await CompositionCase.Disability(registry);
        var id = await registry.Final(given);
        var mine = await registry.KeyOf(given);
        var otherUser = await registry.Given.Token(given.Provider, CompositionCase.Scope);

        // 6: what it replaced is neither AMENDED nor cancelled
        var related = await given.Existing("2026-01-02", "2026-01-06", "FINAL", subject: Guid.NewGuid());
        await registry.Execute("UPDATE compositions SET relates_to_code = 'replaces', relates_to_id = $2 WHERE id = $1", id, related);
        await Fails("1136 CANT_CANCEL_NONAMENDED_COMPOSITION: Can't cancel composition: related composition is not AMENDED", SigningRegistry.Cancellation(id));

        // 5: a task of an integration is under way
        await registry.Given.Insert("composition_integrations", new()
        {
            ["composition_id"] = id,
            ["component"] = "ERLN",
            ["type"] = "CREATE_ERLN_RECORD",
            ["task_status"] = "PENDING",
        }, hasAuthor: false);
        await Fails("1006 CANCELLATION_FOR_RUNNING_TASK: Can't cancel composition: integration tasks are already running", SigningRegistry.Cancellation(id));

        // 4: it was signed too long ago
        await registry.Execute("UPDATE compositions SET signed_at = now() - interval '7 days 1 second' WHERE id = $1", id);
        await Fails("1005 CANCELLATION_FOR_OUTDATED_COMPOSITION: Can't cancel composition: too old", SigningRegistry.Cancellation(id));

        // 3: the reason is none of its type's
        await Fails("1004 CANCELLATION_INVALID_CODING: Invalid cancellation coding", SigningRegistry.Cancellation(id, "TYPO"));
        await Fails("1004 CANCELLATION_INVALID_CODING: Invalid cancellation coding", SigningRegistry.Cancellation(id, "TYPO", "NEWBORN"));

        // 2: it is not in force
        await registry.Execute("UPDATE compositions SET status = 'AMENDED' WHERE id = $1", id);
        await Fails("1003 CANT_CANCEL_NONFINAL_COMPOSITION: Can't cancel composition in non-FINAL state", SigningRegistry.Cancellation(id, "TYPO"));

        // 1: the caller, the certificate, the content, the signature
        await Fails("1910 SIGNATURE_USER_NOT_AUTHOR: User is not the author of composition", SigningRegistry.Cancellation(id, "TYPO"), by: otherUser);
        await Fails("1908 SIGNATURE_SIGNER_MISMATCH: Does not match the signer drfo", SigningRegistry.Cancellation(id, "TYPO"), registry.Key("8000000123"), otherUser);
        await Fails("1911 SIGNATURE_CANCEL_CONTENT_INVALID: Invalid cancellation content", SigningRegistry.Cancellation(related, "TYPO"), registry.Key("8000000123"), otherUser);
        await Fails("1905 SIGNATURE_CERTIFICATE_INVALID: Invalid certificate", "{}", registry.Key("8000000123", isExpired: true), otherUser);
        Assert.Null(await registry.Kept($"{id}/cancel_content.p7s"));

        async Task Fails(string error, string content, string? key = null, Credential? by = null) =>
            Assert.Equal(error, SigningRegistry.ErrorOf(await given.SendAndWait("cancel", id, registry.Signed(content, key ?? mine), by)));
    }

    [Theory(DisplayName = "1911 the content has another shape")]
    [InlineData("""{"reason":null}""")]
    [InlineData("""{"reason":{"coding":[],"text":"Так"}}""")]
    [InlineData("""{"reason":{"coding":[{"system":"S","code":"C"}],"text":""}}""")]
    [InlineData("""{"more":1}""")]
    [InlineData("""{"identifier":null}""")]
    public async Task Shape(string changes)
    {
        var given = await CompositionCase.Disability(registry);
        var id = await registry.Final(given);
        var content = JsonNode.Parse(SigningRegistry.Cancellation(id))!;
        foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject())
            content[name] = value?.DeepClone();

        Assert.Equal("1911 SIGNATURE_CANCEL_CONTENT_INVALID: Invalid cancellation content",
            SigningRegistry.ErrorOf(await given.SendAndWait("cancel", id, registry.Signed(content.ToJsonString(), await registry.KeyOf(given)))));
    }

    [Fact(DisplayName = "5 МВН: any integration at all stands in the way; a finished one of МВТН does not")]
    public async Task Integrations()
    {
        foreach (var (given, type, code, cancels) in new[]
        {
            (await CompositionCase.Newborn(registry), "NEWBORN", "TYPO", false),
            (await CompositionCase.Disability(registry), "TEMP_DISABILITY", "INCORRECT_OTHER", true),
        })
        {
            var id = await registry.Final(given);
            await registry.Given.Insert("composition_integrations", new()
            {
                ["composition_id"] = id,
                ["component"] = "DIIA",
                ["type"] = "NEWBORN_POST_COMPOSITION",
                ["task_status"] = "DONE",
            }, hasAuthor: false);

            var job = await given.SendAndWait("cancel", id, registry.Signed(SigningRegistry.Cancellation(id, code, type), await registry.KeyOf(given)));

            if (cancels)
                Assert.Equal("ENTERED_IN_ERROR", await registry.Status(id));
            else
                Assert.StartsWith("1006 ", SigningRegistry.ErrorOf(job), StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "RC_6: the refined composition of a preperson is AMENDED by the signing and FINAL again when its replacement is cancelled")]
    public async Task Refinement()
    {
        var unknown = await CompositionCase.Disability(registry, "preperson");
        var first = await registry.Final(unknown);
        var known = await CompositionCase.Disability(registry);
        known.Replace(first);

        var second = await registry.Final(known);

        Assert.Equal(("AMENDED", "FINAL"), (await registry.Status(first), await registry.Status(second)));
        var job = await known.SendAndWait("cancel", second, registry.Signed(SigningRegistry.Cancellation(second), await registry.KeyOf(known)));
        Assert.True(job.Data.GetProperty("status").GetString() == "DONE", job.Text);
        Assert.Equal(("FINAL", "ENTERED_IN_ERROR"), (await registry.Status(first), await registry.Status(second)));
        Assert.Equal(["FINAL", "AMENDED", "FINAL"], (await registry.Rows("SELECT properties #>> '{status,new_value}' AS status FROM events WHERE entity_id = $1 ORDER BY event_time", first)).Select(change => change["status"]));
    }

    [Fact(DisplayName = "RC_6: cancelling the earlier and signing its replacement at the same time, many times: one of both, never both")]
    public async Task RefinementRace()
    {
        for (var round = 0; round < 12; round++)
        {
            var unknown = await CompositionCase.Disability(registry, "preperson");
            var first = await registry.Final(unknown);
            var known = await CompositionCase.Disability(registry);
            known.Replace(first);
            var second = await known.Draft();
            var signed = registry.Signed((await known.Get(second)).Text, await registry.KeyOf(known));
            var cancelled = registry.Signed(SigningRegistry.Cancellation(first), await registry.KeyOf(unknown));

            await Task.WhenAll(known.SendAndWait("sign", second, signed), unknown.SendAndWait("cancel", first, cancelled));

            Assert.Contains((await registry.Status(first), await registry.Status(second)), new[] { ("AMENDED", "FINAL"), ("ENTERED_IN_ERROR", "PRELIMINARY") });
        }
    }
}
