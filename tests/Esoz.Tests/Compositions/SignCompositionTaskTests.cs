using System.Text.Json.Nodes;
using Esoz.Sandbox.Signatures;

namespace Esoz.Tests.Compositions;

/// <summary>Task SIGN_COMPOSITION (compositions §5) from the request to the end of its job, with real signatures.</summary>
public sealed class SignCompositionTaskTests(SigningRegistry registry) : IClassFixture<SigningRegistry>
{
    [Theory(DisplayName =
        "The author's signature makes the draft FINAL; the container is stored unchanged; one audit row and one event by the caller")]
    [InlineData(LabAlgorithm.Dstu)]
    [InlineData(LabAlgorithm.Ecdsa)]
    public async Task Signs(LabAlgorithm algorithm)
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Draft();
        var container = registry.Signed(await given.Shown(id), await registry.KeyOf(given, algorithm));

        var job = (await given.SendAndWait("sign", id, container)).Data;

        Assert.True(job.GetProperty("status").GetString() == "DONE", job.GetRawText());
        Assert.Equal($"composition/{id}", job.GetProperty("links")[0].GetProperty("href").GetString());
        var row = Assert.Single(
            await registry.Rows(
                "SELECT status, signed_at, signed_content_key, updated_at, updated_by FROM compositions WHERE id = $1", id));
        Assert.Equal(("FINAL", $"{id}/signed_content.p7s", given.User), (row["status"], row["signed_content_key"], row["updated_by"]));
        Assert.Equal(row["updated_at"], row["signed_at"]);
        Assert.Equal(container, await registry.Kept($"{id}/signed_content.p7s"));
        Assert.Equal(
            1L, await registry.Scalar<long>(
                "SELECT count(*) FROM audit_log WHERE resource_id = $1::text AND changeset ->> 'status' = 'FINAL' AND actor_id = $2::text",
                id, given.User));
        var change = Assert.Single(
            await registry.Rows("SELECT entity_type, properties::text AS properties, changed_by FROM events WHERE entity_id = $1", id));
        Assert.Equal(("Composition", """{"status": {"new_value": "FINAL"}}""", given.User),
            (change["entity_type"], change["properties"], change["changed_by"]));
    }

    [Fact(DisplayName = "Order of members, white space and missing nulls are no difference")]
    public async Task SameContent()
    {
        var given = await CompositionCase.Newborn(registry);
        var id = await given.Draft();
        var shown = JsonNode.Parse(await given.Shown(id))!.AsObject();
        var turned = new JsonObject(shown.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        turned["event"]![0]!["period"]!.AsObject().Remove("end");
        turned["relatesTo"] = null;

        var job = await given.SendAndWait(
            "sign", id, registry.Signed(turned.ToJsonString(new() { WriteIndented = true }), await registry.KeyOf(given)));

        Assert.True(job.Data.GetProperty("status").GetString() == "DONE", job.Text);
    }

    /// <summary>Breaks the checks one by one, from the last to the first; the answer is always that of the earliest broken check.</summary>
    [Fact(DisplayName = "Checks 1 to 6 in their order: the first failed check is reported, whatever else is wrong")]
    public async Task Staircase()
    {
        var given = await CompositionCase.Newborn(registry);
        var id = await given.Draft();
        var text = await given.Shown(id);
        var mine = await registry.KeyOf(given);
        var otherUser = await registry.Given.Token(given.Provider, CompositionCase.Scope);

        // 6: another conclusion of the subject became FINAL; 5: a related one is no longer FINAL
        await given.Existing("2026-03-02", null, "FINAL", "LIVE_BIRTH", "NEWBORN", subjectType: "preperson");
        await Fails("1002: Composition for a given subject already exists", text, mine);
        var related = await given.Existing(
            "2026-01-02", null, "AMENDED", "LIVE_BIRTH", "NEWBORN", subjectType: "preperson", subject: Guid.NewGuid());
        await registry.Execute("UPDATE compositions SET relates_to_code = 'appends', relates_to_id = $2 WHERE id = $1", id, related);
        text = await given.Shown(id);
        await Fails("1811: Related composition is not FINAL", text, mine);
        await registry.Execute("UPDATE compositions SET status = 'ENTERED_IN_ERROR' WHERE id = $1", related);
        await Fails("1184: Related composition is entered in error", text, mine);

        // 4: the author is no longer employed; the caller, then the certificate is not the author's
        await registry.Execute("UPDATE employees SET status = 'STOPPED' WHERE id = $1", given.Author);
        await given.SignInAgain();
        await Fails("1820: Author must be an approved employee of the legal entity", text, mine);
        await registry.Execute("UPDATE employees SET status = 'APPROVED', is_active = false WHERE id = $1", given.Author);
        await Fails("1820: Author must be an approved employee of the legal entity", text, mine);
        await Fails("1910: User is not the author of composition", text, mine, otherUser);
        await Fails("1908: Does not match the signer drfo", text, registry.Key("8000000123"), otherUser);
        await Fails("1907: Invalid drfo", text, registry.Key(" "), otherUser);

        // 3: something else was signed; paths are reported, values are not
        var other = JsonNode.Parse(text)!;
        other["title"] = "0000-0000-0000-0000";
        other["event"]![0]!["period"]!["start"] = "2026-03-03T00:00:01Z";
        other["extra"] = 1;
        await Fails(
            "1909: Signed content does not match the composition ($.title, $.event[0].period.start, $.extra)",
            other.ToJsonString(), registry.Key(" "), otherUser);
        await registry.Log.Await(
            "SIGN_COMPOSITION refused: 1909 SIGNATURE_CONTENT_MISMATCH: Signed content does not match the composition ($.title, $.event[0].period.start, $.extra)");
        Assert.DoesNotContain(registry.Log.Lines, line => line.Contains("0000-0000-0000-0000", StringComparison.Ordinal));

        // 2: the signature itself
        foreach (var (error, container) in registry.Spoilt(other.ToJsonString(), " "))
            await FailsBytes(error, container, otherUser);

        // 1: it is no longer a draft
        await registry.Execute("UPDATE compositions SET status = 'ENTERED_IN_ERROR' WHERE id = $1", id);
        await FailsBytes(
            "1810: Can't sign composition in non-PRELIMINARY state", [1, 2, 3], otherUser);
        Assert.Null(await registry.Kept($"{id}/signed_content.p7s"));

        Task Fails(string error, string content, string key, Credential? by = null) => FailsBytes(error, registry.Signed(content, key), by);

        async Task FailsBytes(string error, byte[] container, Credential? by)
        {
            Assert.Equal(error, SigningRegistry.ErrorOf(await given.SendAndWait("sign", id, container, by)));
            Assert.NotEqual("FINAL", await registry.Status(id));
        }
    }

    [Fact(DisplayName = "5 what the caller related the draft to is checked again: the caller may read it, RC_6: the preperson is still identified as the subject")]
    public async Task Refinement()
    {
        var unknown = await CompositionCase.Disability(registry, "preperson");
        var first = await registry.Final(unknown);
        var known = await CompositionCase.Disability(registry);
        await unknown.IdentifyAs(known.Subject);
        await registry.Execute("UPDATE encounters SET legal_entity_id = $2 WHERE id = $1", unknown.Encounter, known.Provider);
        known.RelateTo(first);
        var draft = await known.Draft();
        var container = registry.Signed(await known.Shown(draft), await registry.KeyOf(known));

        // From the last check to the first; the target is also no longer FINAL.
        await registry.Execute("UPDATE compositions SET status = 'AMENDED' WHERE id = $1", first);
        Assert.Equal("1811: Related composition is not FINAL", await Ended());
        await unknown.IdentifyAs(await CompositionCase.Person(registry));
        Assert.Equal("1807: Invalid relation", await Ended());
        await unknown.IdentifyAs(null);
        Assert.Equal("1807: Invalid relation", await Ended());
        await registry.Execute("UPDATE encounters SET legal_entity_id = $2 WHERE id = $1", unknown.Encounter, unknown.Provider);
        Assert.Equal("1000: Composition not found", await Ended());

        await registry.Execute("UPDATE encounters SET legal_entity_id = $2 WHERE id = $1", unknown.Encounter, known.Provider);
        await unknown.IdentifyAs(known.Subject);
        await registry.Execute("UPDATE compositions SET status = 'FINAL' WHERE id = $1", first);
        SigningRegistry.IsDone(await known.SendAndWait("sign", draft, container));
        Assert.Equal(("AMENDED", "FINAL"), (await registry.Status(first), await registry.Status(draft)));

        async Task<string> Ended() => SigningRegistry.ErrorOf(await known.SendAndWait("sign", draft, container));
    }

    [Fact(DisplayName = "5 a replacement of something cancelled (RC_7) needs a target that the caller may still read")]
    public async Task ReplacedTargetIsReadable()
    {
        var foreign = await CompositionCase.Disability(registry);
        var given = await CompositionCase.Disability(registry);
        var target = await foreign.Existing("2026-03-02", "2026-03-06", "ENTERED_IN_ERROR", subject: given.Subject,
            cancelReason: "INCORRECT_CATEGORY", cancelledAt: DateTime.UtcNow);
        var draft = await given.Existing("2026-03-02", "2026-03-06", "PRELIMINARY", relatesTo: target, relation: "replaces");
        var container = registry.Signed(await given.Shown(draft), await registry.KeyOf(given));

        Assert.Equal("1000: Composition not found", SigningRegistry.ErrorOf(await given.SendAndWait("sign", draft, container)));

        await registry.Execute("UPDATE encounters SET legal_entity_id = $2 WHERE id = $1", foreign.Encounter, given.Provider);
        SigningRegistry.IsDone(await given.SendAndWait("sign", draft, container));
        Assert.Equal("ENTERED_IN_ERROR", await registry.Status(target));
    }

    [Fact(DisplayName = "5 an extension that the caller sent needs a target that the caller may read, one that RC_5 found does not")]
    public async Task Readers()
    {
        var foreign = await CompositionCase.Disability(registry);
        var given = await CompositionCase.Disability(registry);
        var target = await foreign.Existing("2026-03-02", "2026-03-06", subject: given.Subject);
        var key = await registry.KeyOf(given);
        given.Period("2026-03-07", "2026-03-09");
        var found = await given.Draft();
        await registry.Execute("UPDATE episodes SET managing_legal_entity_id = $2 WHERE id = $1", foreign.Episode, given.Provider);
        given.RelateTo(target, "appends");
        var sent = await given.Draft();
        await registry.Execute("UPDATE episodes SET managing_legal_entity_id = $2 WHERE id = $1", foreign.Episode, foreign.Provider);

        Assert.Equal("1000: Composition not found",
            SigningRegistry.ErrorOf(await given.SendAndWait("sign", sent, registry.Signed(await given.Shown(sent), key))));
        SigningRegistry.IsDone(await given.SendAndWait("sign", found, registry.Signed(await given.Shown(found), key)));
    }

    [Theory(DisplayName = "Two drafts that extend one composition can both be signed, though their periods overlap: the target stays FINAL")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TwoExtensions(bool isSent)
    {
        var given = await CompositionCase.Disability(registry);
        var first = await registry.Final(given);
        var key = await registry.KeyOf(given);
        if (isSent)
            given.RelateTo(first, "appends");
        given.Period("2026-03-07", "2026-03-12");
        var second = await given.Draft();
        given.Period("2026-03-07", "2026-03-10");
        var third = await given.Draft();

        SigningRegistry.IsDone(await given.SendAndWait("sign", second, registry.Signed(await given.Shown(second), key)));
        SigningRegistry.IsDone(await given.SendAndWait("sign", third, registry.Signed(await given.Shown(third), key)));

        Assert.All(
            await registry.Rows("SELECT status, relates_to_code FROM compositions WHERE relates_to_id = $1", first),
            row => Assert.Equal(("FINAL", "appends"), (row["status"], row["relates_to_code"])));
        Assert.Equal("FINAL", await registry.Status(first));
        // A draft made now extends the one that ends last; the first is the target of FINAL ones.
        given.Body.Remove("relatesTo");
        given.Period("2026-03-11", "2026-03-14");
        Assert.Equal(("appends", second), await Relation(await given.Draft()));

        async Task<(string, Guid)> Relation(Guid draft)
        {
            var relation = (await given.Get(draft)).Data.GetProperty("relatesTo");
            return (relation.GetProperty("code").GetString()!, relation.GetProperty("targetIdentifier").GetProperty("value").GetGuid());
        }
    }

    [Fact(DisplayName = "1904 a container whose content was changed after signing")]
    public async Task Exchanged()
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Draft();
        var container = registry.Signed(await given.Shown(id), await registry.KeyOf(given));
        var at = container.AsSpan().IndexOf("PRELIMINARY"u8);
        container[at] = (byte)'p';

        Assert.Equal("1904: Invalid signature", SigningRegistry.ErrorOf(await given.SendAndWait("sign", id, container)));
    }

    [Fact(DisplayName = "Of 16 concurrent requests to sign one draft, each with another container, one succeeds and the others find no draft")]
    public async Task Race()
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Draft();
        var (text, key) = (await given.Shown(id), await registry.KeyOf(given));

        var jobs = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => given.SendAndWait("sign", id, registry.Signed(text, key))));

        Assert.Single(jobs, job => job.Data.GetProperty("status").GetString() == "DONE");
        Assert.All(jobs.Where(job => job.Data.GetProperty("status").GetString() != "DONE"),
            job => Assert.StartsWith("1810: ", SigningRegistry.ErrorOf(job), StringComparison.Ordinal));
        Assert.Equal(1L, await registry.Scalar<long>("SELECT count(*) FROM events WHERE entity_id = $1", id));
    }

    [Fact(DisplayName =
        "Of 8 drafts about one newborn that are signed at the same time one comes into force; when that is cancelled another can")]
    public async Task OneOfNewborn()
    {
        var given = await CompositionCase.Newborn(registry);
        var key = await registry.KeyOf(given);
        var drafts = new List<Guid>();
        for (var i = 0; i < 8; i++)
            drafts.Add(await given.Draft());

        var jobs = await Task.WhenAll(drafts.Select(Sign));

        Assert.Equal(Enumerable.Repeat("1002: Composition for a given subject already exists", 7),
            jobs.Where(job => job.Data.GetProperty("status").GetString() != "DONE").Select(SigningRegistry.ErrorOf));
        var signed = drafts[Array.FindIndex(jobs, job => job.Data.GetProperty("status").GetString() == "DONE")];
        SigningRegistry.IsDone(
            await given.SendAndWait("cancel", signed, registry.Signed(SigningRegistry.Cancellation(signed, "TYPO", "NEWBORN"), key)));
        SigningRegistry.IsDone(await Sign(drafts.First(draft => draft != signed)));

        async Task<Answer> Sign(Guid draft) => await given.SendAndWait("sign", draft, registry.Signed(await given.Shown(draft), key));
    }

    [Fact(DisplayName =
        "An author without a taxpayer number signs with a certificate that gives the passport in Latin letters, with a space")]
    public async Task Passport()
    {
        var given = await CompositionCase.Disability(registry);
        await registry.Execute("UPDATE parties SET tax_id = 'НЕ765432', no_tax_id = true WHERE id = $1", given.Party);
        var id = await given.Draft();
        var text = await given.Shown(id);

        Assert.Equal("1908: Does not match the signer drfo",
            SigningRegistry.ErrorOf(await given.SendAndWait("sign", id, registry.Signed(text, registry.Key("NE 765433")))));
        SigningRegistry.IsDone(await given.SendAndWait("sign", id, registry.Signed(text, registry.Key("NE 765432"))));
    }

    [Fact(DisplayName = "1909 names at most ten paths and no values; control characters in member names of the signer are replaced")]
    public async Task Paths()
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Draft();
        var content = JsonNode.Parse(await given.Shown(id))!;
        for (var i = 0; i < 12; i++)
            content[$"\u001b{i}"] = "3126509816";

        Assert.Equal(
            $"1909: Signed content does not match the composition ({string.Join(", ", Enumerable.Range(0, 10).Select(i => $"$.\uFFFD{i}"))} and 2 more)",
            SigningRegistry.ErrorOf(
                await given.SendAndWait("sign", id, registry.Signed(content.ToJsonString(), await registry.KeyOf(given)))));
    }
}
