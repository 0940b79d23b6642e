using System.Text.Json.Nodes;

namespace Esoz.Tests.Compositions;

/// <summary>Task CANCEL_COMPOSITION (compositions §6) from the request to the end of its job, with real signatures.</summary>
public sealed class CancelCompositionTaskTests(SigningRegistry registry) : IClassFixture<SigningRegistry>
{
    [Fact(DisplayName =
        "A FINAL composition becomes ENTERED_IN_ERROR with its reason; the container is kept; one audit row and one event by the caller")]
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
        Assert.Equal(
            ["FINAL", "ENTERED_IN_ERROR"],
            (await registry.Rows("SELECT properties #>> '{status,new_value}' AS status FROM events WHERE entity_id = $1 ORDER BY event_time", id)).Select(change => change["status"]));
        Assert.Equal("ENTERED_IN_ERROR", (await given.Get(id)).Data.GetProperty("status").GetString());
    }

    /// <summary>Breaks the checks one by one, from the last to the first; the answer is always that of the earliest broken check.</summary>
    [Fact(DisplayName = "Checks 1 to 6 in their order: the first failed check is reported, whatever else is wrong")]
    public async Task Staircase()
    {
        var given = await CompositionCase.Disability(registry);
        var id = await registry.Final(given);
        var mine = await registry.KeyOf(given);
        var otherUser = await registry.Given.Token(given.Provider, CompositionCase.Scope);

        // 6: what it replaced is neither AMENDED nor cancelled
        var related = await given.Existing("2026-01-02", "2026-01-06", "FINAL", subject: Guid.NewGuid());
        await registry.Execute("UPDATE compositions SET relates_to_code = 'replaces', relates_to_id = $2 WHERE id = $1", id, related);
        await Fails("1136: Can't cancel composition: related composition is not AMENDED",
            SigningRegistry.Cancellation(id));

        // 5: a task of an integration is in progress
        await registry.Given.Insert("composition_integrations", new()
        {
            ["composition_id"] = id,
            ["component"] = "ERLN",
            ["type"] = "CREATE_ERLN_RECORD",
            ["task_status"] = "PENDING",
        }, hasAuthor: false);
        await Fails("1006: Can't cancel composition: integration tasks are already running",
            SigningRegistry.Cancellation(id));

        // 4: it was signed too long ago
        await registry.Execute("UPDATE compositions SET signed_at = now() - interval '7 days 1 second' WHERE id = $1", id);
        await Fails("1005: Can't cancel composition: too old", SigningRegistry.Cancellation(id));

        // 3: the reason is not one of its type
        await Fails("1004: Invalid cancellation coding", SigningRegistry.Cancellation(id, "TYPO"));
        await Fails("1004: Invalid cancellation coding", SigningRegistry.Cancellation(id, "TYPO", "NEWBORN"));

        // 2: it is not in force
        await registry.Execute("UPDATE compositions SET status = 'AMENDED' WHERE id = $1", id);
        await Fails(
            "1003: Can't cancel composition in non-FINAL state", SigningRegistry.Cancellation(id, "TYPO"));

        // 1: the author is no longer employed; the caller, the certificate, the content, the signature
        await registry.Execute("UPDATE employees SET status = 'STOPPED' WHERE id = $1", given.Author);
        await given.SignInAgain();
        await Fails("1820: Author must be an approved employee of the legal entity", SigningRegistry.Cancellation(id, "TYPO"));
        await Fails("1910: User is not the author of composition", SigningRegistry.Cancellation(id, "TYPO"),
            by: otherUser);
        await Fails("1908: Does not match the signer drfo", SigningRegistry.Cancellation(id, "TYPO"),
            registry.Key("8000000123"), otherUser);
        await Fails(
            "1907: Invalid drfo", SigningRegistry.Cancellation(id, "TYPO"), registry.Key(" "), otherUser);
        await Fails("1911: Invalid cancellation content", SigningRegistry.Cancellation(related, "TYPO"),
            registry.Key(" "), otherUser);
        foreach (var (error, container) in registry.Spoilt("{}", " "))
            await FailsBytes(error, container, otherUser);
        Assert.Null(await registry.Kept($"{id}/cancel_content.p7s"));

        Task Fails(string error, string content, string? key = null, Credential? by = null) =>
            FailsBytes(error, registry.Signed(content, key ?? mine), by);

        async Task FailsBytes(string error, byte[] container, Credential? by)
        {
            Assert.Equal(error, SigningRegistry.ErrorOf(await given.SendAndWait("cancel", id, container, by)));
            Assert.Equal(
                (0L, 0L), (await registry.Scalar<long>("SELECT count(*) FROM compositions WHERE id = $1 AND cancelled_at IS NOT NULL", id),
                await registry.Scalar<long>(
                    "SELECT count(*) FROM audit_log WHERE resource_id = $1::text AND changeset ? 'cancelled_at'", id)));
        }
    }

    /// <summary>In every row a later check fails too: the certificate belongs to another person.</summary>
    [Theory(DisplayName = "1911 the content does not match the schema")]
    [InlineData("$", "[]")]
    [InlineData("$.more", "1")]
    [InlineData("$.identifier", null)]
    [InlineData("$.identifier", "null")]
    [InlineData("$.identifier.more", "1")]
    [InlineData("$.identifier.value", null)]
    [InlineData("$.identifier.value", "\"17\"")]
    [InlineData("$.identifier.type", null)]
    [InlineData("$.identifier.type.coding", "[]")]
    [InlineData("$.identifier.type.coding", """[{"system":"eHealth/resources","code":"encounter"}]""")]
    [InlineData("$.identifier.type.coding", """[{"system":"resources","code":"composition"}]""")]
    [InlineData(
        "$.identifier.type.coding",
        """[{"system":"eHealth/resources","code":"composition"},{"system":"eHealth/resources","code":"composition"}]""")]
    [InlineData("$.reason", null)]
    [InlineData("$.reason", "null")]
    [InlineData("$.reason.more", "1")]
    [InlineData("$.reason.coding", null)]
    [InlineData("$.reason.coding", "[]")]
    [InlineData("$.reason.coding", """[{"system":"S","code":"C"},{"system":"S","code":"C"}]""")]
    [InlineData("$.reason.coding", """[{"system":"S"}]""")]
    [InlineData("$.reason.coding", """[{"system":"S","code":7}]""")]
    [InlineData("$.reason.coding", """[{"system":"S","code":"C","display":"Д"}]""")]
    [InlineData("$.reason.text", null)]
    [InlineData("$.reason.text", "null")]
    [InlineData("$.reason.text", "\"\"")]
    [InlineData("$.reason.text", "2001")]
    public async Task Shape(string path, string? value)
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Existing("2026-03-02", "2026-03-06");
        var content = JsonNode.Parse(SigningRegistry.Cancellation(id))!;
        var changed = value is null ? null : JsonNode.Parse(value == "2001" ? $"\"{new string('ї', 2001)}\"" : value);
        if (path.Split('.') is [_, .. var parents, var name])
        {
            var parent = parents.Aggregate(content, (node, member) => node[member]!).AsObject();
            parent.Remove(name);
            if (value is not null)
                parent[name] = changed;
        }
        else
        {
            content = changed!;
        }

        Assert.Equal("1911: Invalid cancellation content",
            SigningRegistry.ErrorOf(
                await given.SendAndWait("cancel", id, registry.Signed(content.ToJsonString(), registry.Key("8000000123")))));
        Assert.Equal("FINAL", await registry.Status(id));
    }

    [Fact(DisplayName = "The text of a reason has up to 2000 characters of any kind, except U+0000, which is refused as invalid JSON")]
    public async Task Text()
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Existing("2026-03-02", "2026-03-06");
        var (key, text) = (await registry.KeyOf(given), string.Concat(Enumerable.Repeat("🙂\"\\\n\u0001", 400)));

        Assert.Equal("1903: Malformed encoded content", SigningRegistry.ErrorOf(await Cancel("a\0b")));
        SigningRegistry.IsDone(await Cancel(text));
        Assert.Equal(text, await registry.Scalar<string>("SELECT cancel_reason_text FROM compositions WHERE id = $1", id));

        Task<Answer> Cancel(string text) =>
            given.SendAndWait("cancel", id, registry.Signed(SigningRegistry.Cancellation(id, text: text), key));
    }

    /// <summary>In every row a later check fails too: it is too old.</summary>
    [Theory(DisplayName = "2 only a FINAL composition can be cancelled")]
    [InlineData("PRELIMINARY")]
    [InlineData("AMENDED")]
    [InlineData("ENTERED_IN_ERROR")]
    public async Task NotInForce(string status)
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Existing(
            "2025-03-02", "2025-03-06", status, signedAt: status == "PRELIMINARY" ? null : DateTime.UtcNow.AddDays(-200));

        await Refused(given, id, SigningRegistry.Cancellation(id),
            "1003: Can't cancel composition in non-FINAL state");
        Assert.Equal(status, await registry.Status(id));
    }

    /// <summary>In every row a later check fails too: it is too old.</summary>
    [Theory(DisplayName = "3 the reason is one of its type's, under the system of its type")]
    [InlineData("TEMP_DISABILITY", "eHealth/COMPOSITION_CANCELLATION_REASONS_TEMP_DISABILITY", "TYPO")]
    [InlineData("TEMP_DISABILITY", "eHealth/COMPOSITION_CANCELLATION_REASONS_TEMP_DISABILITY", "incorrect_patient")]
    [InlineData("TEMP_DISABILITY", "eHealth/COMPOSITION_CANCELLATION_REASONS_TEMP_DISABILITY", "")]
    [InlineData("TEMP_DISABILITY", "eHealth/COMPOSITION_CANCELLATION_REASONS_NEWBORN", "INCORRECT_PATIENT")]
    [InlineData("TEMP_DISABILITY", "COMPOSITION_CANCELLATION_REASONS_TEMP_DISABILITY", "INCORRECT_PATIENT")]
    [InlineData("TEMP_DISABILITY", "", "INCORRECT_PATIENT")]
    [InlineData("NEWBORN", "eHealth/COMPOSITION_CANCELLATION_REASONS_NEWBORN", "INCORRECT_CATEGORY")]
    [InlineData("NEWBORN", "eHealth/COMPOSITION_CANCELLATION_REASONS_TEMP_DISABILITY", "INCORRECT_PATIENT")]
    public async Task Reason(string type, string system, string code)
    {
        var (given, id) = await Final(type, DateTime.UtcNow.AddDays(-1000));
        var content = JsonNode.Parse(SigningRegistry.Cancellation(id, code))!;
        content["reason"]!["coding"]![0]!["system"] = system;

        await Refused(given, id, content.ToJsonString(), "1004: Invalid cancellation coding");
    }

    [Theory(DisplayName = "3 each reason of the page is accepted and stored")]
    [InlineData("TEMP_DISABILITY", "INCORRECT_CATEGORY")]
    [InlineData("TEMP_DISABILITY", "INCORRECT_DISABILITY_PERIOD")]
    [InlineData("TEMP_DISABILITY", "INCORRECT_INOXICATION")]
    [InlineData("TEMP_DISABILITY", "INCORRECT_OTHER")]
    [InlineData("TEMP_DISABILITY", "INCORRECT_PATIENT")]
    [InlineData("TEMP_DISABILITY", "INCORRECT_TRITMENT_VIOLATION")]
    [InlineData("NEWBORN", "INCORRECT_PATIENT")]
    [InlineData("NEWBORN", "TYPO")]
    public async Task Reasons(string type, string code)
    {
        var (given, id) = await Final(type, DateTime.UtcNow);

        SigningRegistry.IsDone(
            await given.SendAndWait(
                "cancel", id, registry.Signed(SigningRegistry.Cancellation(id, code, type), await registry.KeyOf(given))));

        Assert.Equal(code, await registry.Scalar<string>("SELECT cancel_reason_code FROM compositions WHERE id = $1", id));
    }

    /// <summary>In every row a later check fails too: what it replaced is not AMENDED.</summary>
    [Theory(DisplayName = "5 refused because of a running integration of МВТН, or any integration of МВН")]
    [InlineData("TEMP_DISABILITY", "INCORRECT_OTHER", "PENDING", true)]
    [InlineData("TEMP_DISABILITY", "INCORRECT_OTHER", "DONE", false)]
    [InlineData("TEMP_DISABILITY", "INCORRECT_OTHER", "FAILED", false)]
    [InlineData("NEWBORN", "TYPO", "PENDING", true)]
    [InlineData("NEWBORN", "TYPO", "DONE", true)]
    [InlineData("NEWBORN", "TYPO", "FAILED", true)]
    public async Task Integrations(string type, string code, string task, bool isInTheWay)
    {
        var (given, id) = await Final(type, DateTime.UtcNow);
        var related = await given.Existing("2026-01-02", "2026-01-06", "PRELIMINARY");
        await registry.Execute("UPDATE compositions SET relates_to_code = 'replaces', relates_to_id = $2 WHERE id = $1", id, related);
        await registry.Given.Insert("composition_integrations", new()
        {
            ["composition_id"] = id,
            ["component"] = type == "NEWBORN" ? "DIIA" : "ERLN",
            ["type"] = type == "NEWBORN" ? "NEWBORN_POST_COMPOSITION" : "CREATE_ERLN_RECORD",
            ["task_status"] = task,
        }, hasAuthor: false);

        await Refused(given, id, SigningRegistry.Cancellation(id, code, type), isInTheWay
            ? "1006: Can't cancel composition: integration tasks are already running"
            : "1136: Can't cancel composition: related composition is not AMENDED");
    }

    [Fact(DisplayName = "6 the composition that it replaced does not exist (possible only after a manual repair): refused")]
    public async Task TargetIsMissing()
    {
        var (given, id) = await Final("TEMP_DISABILITY", DateTime.UtcNow);
        await registry.Execute("ALTER TABLE compositions DROP CONSTRAINT compositions_relates_to_id_fkey");
        await registry.Execute("UPDATE compositions SET relates_to_code = 'replaces', relates_to_id = gen_random_uuid() WHERE id = $1", id);
        await registry.Execute("ALTER TABLE compositions ADD FOREIGN KEY (relates_to_id) REFERENCES compositions NOT VALID");

        await Refused(given, id, SigningRegistry.Cancellation(id),
            "1137: Can't cancel composition: related composition not found");
    }

    [Fact(DisplayName = "6 the composition that it replaced is none that the caller may read: refused, and nothing of another hospital is put in force")]
    public async Task TargetIsForeign()
    {
        var foreign = await CompositionCase.Disability(registry, "preperson");
        var target = await foreign.Existing("2026-03-02", "2026-03-06", "AMENDED", subjectType: "preperson", signedAt: DateTime.UtcNow);
        var given = await CompositionCase.Disability(registry);
        var id = await given.Existing("2026-03-02", "2026-03-06", relatesTo: target, relation: "replaces", signedAt: DateTime.UtcNow);

        await Refused(given, id, SigningRegistry.Cancellation(id), "1137: Can't cancel composition: related composition not found");
        Assert.Equal(("AMENDED", "FINAL"), (await registry.Status(target), await registry.Status(id)));

        await registry.Execute("UPDATE episodes SET managing_legal_entity_id = $2 WHERE id = $1", foreign.Episode, given.Provider);
        SigningRegistry.IsDone(
            await given.SendAndWait("cancel", id, registry.Signed(SigningRegistry.Cancellation(id), await registry.KeyOf(given))));
        Assert.Equal(("FINAL", "ENTERED_IN_ERROR"), (await registry.Status(target), await registry.Status(id)));
    }

    [Theory(DisplayName = "6 the status of a composition that it extends or reduces is not checked and stays unchanged")]
    [InlineData("appends", "FINAL")]
    [InlineData("transforms", "ENTERED_IN_ERROR")]
    [InlineData("appends", "AMENDED")]
    public async Task Extension(string relation, string status)
    {
        var given = await CompositionCase.Disability(registry);
        var earlier = await given.Existing("2026-03-02", "2026-03-06", status);
        var id = await given.Existing("2026-03-07", "2026-03-09", relatesTo: earlier, relation: relation, signedAt: DateTime.UtcNow);

        SigningRegistry.IsDone(
            await given.SendAndWait("cancel", id, registry.Signed(SigningRegistry.Cancellation(id), await registry.KeyOf(given))));

        Assert.Equal((status, "ENTERED_IN_ERROR"), (await registry.Status(earlier), await registry.Status(id)));
    }

    [Fact(DisplayName =
        "Of 16 concurrent requests to cancel one composition, each with another container, one succeeds and the others are refused as not FINAL")]
    public async Task Race()
    {
        var (given, id) = await Final("TEMP_DISABILITY", DateTime.UtcNow);
        var key = await registry.KeyOf(given);

        var jobs = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => given.SendAndWait("cancel", id, registry.Signed(SigningRegistry.Cancellation(id), key))));

        Assert.Single(jobs, job => job.Data.GetProperty("status").GetString() == "DONE");
        Assert.All(jobs.Where(job => job.Data.GetProperty("status").GetString() != "DONE"), job =>
            Assert.Equal(
                "1003: Can't cancel composition in non-FINAL state", SigningRegistry.ErrorOf(job)));
        Assert.Equal(1L, await registry.Scalar<long>("SELECT count(*) FROM events WHERE entity_id = $1", id));
    }

    [Fact(DisplayName = "RC_6: cancelling the earlier and signing its replacement at the same time, many times: one of both, never both")]
    public async Task RefinementRace()
    {
        for (var round = 0; round < 12; round++)
        {
            var unknown = await CompositionCase.Disability(registry, "preperson");
            var first = await registry.Final(unknown);
            var known = await CompositionCase.Disability(registry, provider: unknown.Provider);
            await unknown.IdentifyAs(known.Subject);
            known.RelateTo(first);
            var second = await known.Draft();
            var signed = registry.Signed(await known.Shown(second), await registry.KeyOf(known));
            var cancelled = registry.Signed(SigningRegistry.Cancellation(first), await registry.KeyOf(unknown));

            await Task.WhenAll(known.SendAndWait("sign", second, signed), unknown.SendAndWait("cancel", first, cancelled));

            Assert.Contains((await registry.Status(first), await registry.Status(second)),
                new[] { ("AMENDED", "FINAL"), ("ENTERED_IN_ERROR", "PRELIMINARY") });
        }
    }

    /// <summary>A conclusion that became FINAL at this time.</summary>
    private async Task<(CompositionCase Given, Guid Composition)> Final(string type, DateTime signedAt)
    {
        var given = type == "NEWBORN" ? await CompositionCase.Newborn(registry) : await CompositionCase.Disability(registry);
        return (given, type == "NEWBORN"
            ? await given.Existing("2026-03-02", null, "FINAL", "LIVE_BIRTH", type, subjectType: "preperson", signedAt: signedAt)
            : await given.Existing("2026-03-02", "2026-03-06", signedAt: signedAt));
    }

    private async Task Refused(CompositionCase given, Guid id, string content, string error) =>
        Assert.Equal(
            error, SigningRegistry.ErrorOf(await given.SendAndWait("cancel", id, registry.Signed(content, await registry.KeyOf(given)))));
}
