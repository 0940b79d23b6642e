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
        var container = registry.Signed((await given.Get(id)).Text, await registry.KeyOf(given, algorithm));

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
        var shown = JsonNode.Parse((await given.Get(id)).Text)!.AsObject();
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
        var text = (await given.Get(id)).Text;
        var mine = await registry.KeyOf(given);
        var otherUser = await registry.Given.Token(given.Provider, CompositionCase.Scope);

        // 6: another conclusion of the subject became FINAL; 5: a related one is no longer FINAL
        await given.Existing("2026-03-02", null, "FINAL", "LIVE_BIRTH", "NEWBORN", subjectType: "preperson");
        await Fails("1002 COMPOSITION_ALREADY_EXISTS_FOR_SUBJECT: Composition for a given subject already exists", text, mine);
        var related = await given.Existing(
            "2026-01-02", null, "AMENDED", "LIVE_BIRTH", "NEWBORN", subjectType: "preperson", subject: Guid.NewGuid());
        await registry.Execute("UPDATE compositions SET relates_to_code = 'appends', relates_to_id = $2 WHERE id = $1", id, related);
        text = (await given.Get(id)).Text;
        await Fails("1811 RELATED_COMPOSITION_NOT_FINAL: Related composition is not FINAL", text, mine);
        await registry.Execute("UPDATE compositions SET status = 'ENTERED_IN_ERROR' WHERE id = $1", related);
        await Fails("1184 RELATED_COMPOSITION_ENTERED_IN_ERROR: Related composition is entered in error", text, mine);

        // 4: the caller, then the certificate is not the author's
        await Fails("1910 SIGNATURE_USER_NOT_AUTHOR: User is not the author of composition", text, mine, otherUser);
        await Fails("1908 SIGNATURE_SIGNER_MISMATCH: Does not match the signer drfo", text, registry.Key("8000000123"), otherUser);
        await Fails("1907 SIGNATURE_SIGNER_DRFO_MISSING: Invalid drfo", text, registry.Key(" "), otherUser);

        // 3: something else was signed; paths are reported, values are not
        var other = JsonNode.Parse(text)!;
        other["title"] = "0000-0000-0000-0000";
        other["event"]![0]!["period"]!["start"] = "2026-03-03T00:00:01Z";
        other["extra"] = 1;
        await Fails(
            "1909 SIGNATURE_CONTENT_MISMATCH: Signed content does not match the composition ($.title, $.event[0].period.start, $.extra)",
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
            "1810 CANT_SIGN_NONPRELIMINARY_COMPOSITION: Can't sign composition in non-PRELIMINARY state", [1, 2, 3], otherUser);
        Assert.Null(await registry.Kept($"{id}/signed_content.p7s"));

        Task Fails(string error, string content, string key, Credential? by = null) => FailsBytes(error, registry.Signed(content, key), by);

        async Task FailsBytes(string error, byte[] container, Credential? by)
        {
            Assert.Equal(error, SigningRegistry.ErrorOf(await given.SendAndWait("sign", id, container, by)));
            Assert.NotEqual("FINAL", await registry.Status(id));
        }
    }

    [Fact(DisplayName = "1904 a container whose content was changed after signing")]
    public async Task Exchanged()
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Draft();
        var container = registry.Signed((await given.Get(id)).Text, await registry.KeyOf(given));
        var at = container.AsSpan().IndexOf("PRELIMINARY"u8);
        container[at] = (byte)'p';

        Assert.Equal("1904 SIGNATURE_INVALID: Invalid signature", SigningRegistry.ErrorOf(await given.SendAndWait("sign", id, container)));
    }

    [Fact(DisplayName = "Of 16 concurrent requests to sign one draft, each with another container, one succeeds and the others find no draft")]
    public async Task Race()
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Draft();
        var (text, key) = ((await given.Get(id)).Text, await registry.KeyOf(given));

        var jobs = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => given.SendAndWait("sign", id, registry.Signed(text, key))));

        Assert.Single(jobs, job => job.Data.GetProperty("status").GetString() == "DONE");
        Assert.All(jobs.Where(job => job.Data.GetProperty("status").GetString() != "DONE"),
            job => Assert.StartsWith("1810 ", SigningRegistry.ErrorOf(job), StringComparison.Ordinal));
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

        Assert.Equal(Enumerable.Repeat("1002 COMPOSITION_ALREADY_EXISTS_FOR_SUBJECT: Composition for a given subject already exists", 7),
            jobs.Where(job => job.Data.GetProperty("status").GetString() != "DONE").Select(SigningRegistry.ErrorOf));
        var signed = drafts[Array.FindIndex(jobs, job => job.Data.GetProperty("status").GetString() == "DONE")];
        SigningRegistry.IsDone(
            await given.SendAndWait("cancel", signed, registry.Signed(SigningRegistry.Cancellation(signed, "TYPO", "NEWBORN"), key)));
        SigningRegistry.IsDone(await Sign(drafts.First(draft => draft != signed)));

        async Task<Answer> Sign(Guid draft) => await given.SendAndWait("sign", draft, registry.Signed((await given.Get(draft)).Text, key));
    }

    [Fact(DisplayName =
        "An author without a taxpayer number signs with a certificate that gives the passport in Latin letters, with a space")]
    public async Task Passport()
    {
        var given = await CompositionCase.Disability(registry);
        await registry.Execute("UPDATE parties SET tax_id = 'НЕ765432', no_tax_id = true WHERE id = $1", given.Party);
        var id = await given.Draft();
        var text = (await given.Get(id)).Text;

        Assert.Equal("1908 SIGNATURE_SIGNER_MISMATCH: Does not match the signer drfo",
            SigningRegistry.ErrorOf(await given.SendAndWait("sign", id, registry.Signed(text, registry.Key("NE 765433")))));
        SigningRegistry.IsDone(await given.SendAndWait("sign", id, registry.Signed(text, registry.Key("NE 765432"))));
    }

    [Fact(DisplayName = "1909 names at most ten paths and no values; control characters in member names of the signer are replaced")]
    public async Task Paths()
    {
        var given = await CompositionCase.Disability(registry);
        var id = await given.Draft();
        var content = JsonNode.Parse((await given.Get(id)).Text)!;
        for (var i = 0; i < 12; i++)
            content[$"\u001b{i}"] = "3126509816";

        Assert.Equal(
            $"1909 SIGNATURE_CONTENT_MISMATCH: Signed content does not match the composition ({string.Join(", ", Enumerable.Range(0, 10).Select(i => $"$.\uFFFD{i}"))} and 2 more)",
            SigningRegistry.ErrorOf(
                await given.SendAndWait("sign", id, registry.Signed(content.ToJsonString(), await registry.KeyOf(given)))));
    }
}
