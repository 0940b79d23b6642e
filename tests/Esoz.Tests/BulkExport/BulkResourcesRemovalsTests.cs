using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Esoz.BulkExport;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Database;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.BulkExport;

/// <summary>Removed records and rows that windows would lose (pis-bulk §3.13, §3.14, §8).</summary>
public sealed class BulkResourcesRemovalsTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    private static readonly BulkResource Parties = GetPartiesBulk.Resource;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName =
        "A deleted record is in the removals, as JSON and as NDJSON with the digests of the manifest, until the largest window ends; the windows do not change")]
    public async Task Deleted()
    {
        var (kept, gone) = (await registry.Given.Party(), await registry.Given.Party());
        await registry.Build(Parties);
        await Delete(gone);
        await registry.Build(Parties);
        var manifest = await Manifest(Parties);
        var key = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));

        var json = (await registry.Send("GET", "/api/pis/bulk/parties?removed=true", key)).Succeeded();
        var lines = (await registry.Send("GET", "/api/pis/bulk/parties?removed=true&depth=1", key,
            headers: ("Accept", "application/x-ndjson"))).Succeeded();

        var removed = json.Data.EnumerateArray().Single(it => it.GetProperty("id").GetGuid() == gone);
        Assert.Equal(["id", "removed_at"], removed.EnumerateObject().Select(member => member.Name));
        Assert.Contains(removed.GetRawText() + "\n", lines.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"{kept}", json.Text, StringComparison.Ordinal);
        var stated = manifest.GetProperty("removed");
        Assert.Equal((json.Data.GetArrayLength(), Sha256(json.Data.GetRawText()), json.Headers.ETag!.ToString()),
            (stated.GetProperty("rows").GetInt32(), stated.GetProperty("plain_sha256").GetString(),
                stated.GetProperty("etag").GetString()));
        var ndjson = stated.GetProperty("ndjson");
        Assert.Equal((Encoding.UTF8.GetByteCount(lines.Text), Sha256(lines.Text), lines.Headers.ETag!.ToString()),
            (ndjson.GetProperty("bytes").GetInt32(), ndjson.GetProperty("sha256").GetString(), ndjson.GetProperty("etag").GetString()));
        Assert.DoesNotContain(await Records("?depth=1"), record => record.Contains($"{gone}", StringComparison.Ordinal));
        Assert.Contains(await Records("?removed=false"), record => record.Contains($"{kept}", StringComparison.Ordinal));

        await Age(gone, BulkRegistry.MaxDepth);
        await registry.Build(Parties);
        Assert.DoesNotContain(gone, await Removed());
    }

    [Fact(DisplayName = "A record that came back is in the full set and not in the removals; one that was removed again is there once")]
    public async Task Returned()
    {
        var party = await registry.Given.Party();
        await registry.Build(Parties);
        await Delete(party);
        await Insert(party);
        await registry.Build(Parties);
        Assert.DoesNotContain(party, await Removed());
        Assert.Contains(await Records("?depth=1"), record => record.Contains($"{party}", StringComparison.Ordinal));

        await Delete(party);
        await registry.Build(Parties);
        Assert.Single(await Removed(), party);
    }

    [Fact(DisplayName = "The former id of a record whose id was changed is in the removals")]
    public async Task OtherId()
    {
        var party = await registry.Given.Party();
        await registry.Build(Parties);
        var other = Guid.NewGuid();
        await registry.Execute("UPDATE parties SET id = $2, updated_at = now() WHERE id = $1", party, other);
        await registry.Build(Parties);

        Assert.Contains(party, await Removed());
        Assert.Contains(await Records("?depth=1"), record => record.Contains($"{other}", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "A deletion that is committed after a snapshot is not older than the snapshot, so the next removals have it")]
    public async Task LateCommit()
    {
        var party = await registry.Given.Party();
        await registry.Execute("ALTER TABLE parties DISABLE TRIGGER refuse_delete");
        await using var late = await registry.Database.Source.OpenConnectionAsync(Ct);
        await using var transaction = await late.BeginTransactionAsync(Ct);
        await using (var delete = PostgresDatabase.Command(late, "DELETE FROM parties WHERE id = $1", party))
            await delete.ExecuteNonQueryAsync(Ct);
        var report = await registry.Build(Parties);
        await transaction.CommitAsync(Ct);

        Assert.Contains(await Records(""), record => record.Contains($"{party}", StringComparison.Ordinal));
        Assert.True(await registry.Scalar<DateTime>("SELECT removed_at FROM bulk_removals WHERE id = $1", party) >= report.Snapshot.At);
        await registry.Build(Parties);
        Assert.Contains(party, await Removed());
    }

    [Fact(DisplayName = "An emptied table has no removals: older copies need the full set")]
    public async Task Truncated()
    {
        var resource = GetEmployeeRolesBulk.Resource;
        await registry.Given.EmployeeRole(await registry.Given.LegalEntity());
        var before = await registry.Build(resource);
        await registry.Execute("ALTER TABLE employee_roles DISABLE TRIGGER refuse_truncate; TRUNCATE employee_roles");
        var after = await registry.Build(resource);

        Assert.Equal(0, after.Full.Rows);
        Assert.True((await Manifest(resource)).GetProperty("windows_valid_from").GetDateTime() >= before.Snapshot.At);
    }

    [Theory(DisplayName = "Rows written with change instants before the former snapshot are in no window: its copies need the full set")]
    [InlineData("UPDATE parties SET about_myself = 'тихо' WHERE id = $1", true)]
    [InlineData("UPDATE parties SET about_myself = 'давно', updated_at = now() - interval '1 hour' WHERE id = $1", true)]
    [InlineData("UPDATE parties SET about_myself = 'вчасно', updated_at = now() WHERE id = $1", false)]
    [InlineData("SELECT FROM parties WHERE id = $1 FOR UPDATE", false)]
    public async Task LateRows(string change, bool isLate)
    {
        var party = await registry.Given.Party();
        await registry.Build(Parties);
        // A row that an earlier test changed is not found again.
        var before = await registry.Build(Parties);
        await registry.Execute(change, party);
        await registry.Build(Parties);

        Assert.Equal(isLate, (await Manifest(Parties)).GetProperty("windows_valid_from") is { ValueKind: JsonValueKind.String } validFrom
            && validFrom.GetDateTime() == before.Snapshot.At);
    }

    [Fact(DisplayName =
        "A removal with an instant before the former snapshot, as of a clock that was set back, is in no removals: its copies need the full set")]
    public async Task LateRemoval()
    {
        var party = await registry.Given.Party();
        var before = await registry.Build(Parties);
        await registry.Execute(
            "INSERT INTO bulk_removals (resource, id, removed_at) VALUES ('parties', $1, now() - interval '1 hour')", Guid.NewGuid());
        await registry.Build(Parties);

        Assert.Equal(before.Snapshot.At, (await Manifest(Parties)).GetProperty("windows_valid_from").GetDateTime());
        Assert.Contains(await Records(""), record => record.Contains($"{party}", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "After a snapshot with a later instant, from which the clock was set back, its copies need the full set")]
    public async Task LaterSnapshot()
    {
        var services = GetHealthcareServicesBulk.Resource;
        var ahead = await registry.Build(services);
        await registry.Execute(
            "UPDATE bulk_generations SET snapshot_at = snapshot_at + interval '2 hours' WHERE id = $1", ahead.Snapshot.Generation);
        await registry.Build(services);
        await registry.Build(services);

        Assert.Equal(ahead.Snapshot.At.AddHours(2), (await Manifest(services)).GetProperty("windows_valid_from").GetDateTime());
    }

    [Fact(DisplayName = "Removals that no window can reach are deleted, whatever the number of windows is now")]
    public async Task Purged()
    {
        var (old, older) = (Guid.NewGuid(), Guid.NewGuid());
        foreach (var (id, days) in new[] { (old, 365), (older, 367) })
            await registry.Execute(
                "INSERT INTO bulk_removals (resource, id, removed_at) VALUES ('parties', $1, now() - $2 * interval '1 day')", id, days);
        await registry.Build(Parties);

        Assert.Equal(old, await registry.Scalar<Guid>("SELECT id FROM bulk_removals WHERE id IN ($1, $2)", old, older));
        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM bulk_removals WHERE id IN ($1, $2)", old, older));
    }

    [Fact(DisplayName = "A snapshot that an earlier version built says nothing of removals: 503, and null in the manifest")]
    public async Task EarlierVersion()
    {
        var report = await registry.Build(Parties);
        var files = registry.Services.GetRequiredService<SnapshotFiles>();
        var manifest = await files.ReadManifest(report.Snapshot, Ct);
        // Manifests do not change, so a new snapshot is made of it.
        var earlier = report.Snapshot with { Generation = Guid.NewGuid() };
        await files.WriteManifest(earlier, manifest with { Generation = earlier.Generation, Removed = null, Key = null }, Ct);
        await registry.Execute("UPDATE bulk_generations SET id = $2 WHERE id = $1", report.Snapshot.Generation, earlier.Generation);
        registry.Services.GetRequiredService<ServedSnapshots>().Forget();
        var key = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));

        (await registry.Send("GET", "/api/pis/bulk/parties?removed=true", key))
            .IsIlRefusal(503, "service_unavailable", "Snapshot is not ready");
        Assert.Equal(JsonValueKind.Null, (await Manifest(Parties)).GetProperty("removed").ValueKind);
        await registry.Build(Parties);
    }

    [Fact(DisplayName = "Values of removed other than true and false are refused, together with those of depth")]
    public async Task Parameter()
    {
        var key = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));
        (await registry.Send("GET", "/api/pis/bulk/parties?removed=yes", key))
            .IsIlQueryFault("removed", "cast", "is invalid", """["boolean"]""");
        var both = await registry.Send("GET", "/api/pis/bulk/parties?removed=yes&depth=0", key);
        Assert.Equal(422, both.Status);
        Assert.Equal(["depth", "removed"], both.Json.GetProperty("error").GetProperty("invalid").EnumerateArray()
            .Select(fault => fault.GetProperty("entry").GetString()!));
    }

    /// <summary>As an operator has to do it: rows of the registry are never deleted.</summary>
    private async Task Delete(Guid party)
    {
        await registry.Execute("ALTER TABLE parties DISABLE TRIGGER refuse_delete");
        await registry.Execute("DELETE FROM parties WHERE id = $1", party);
        await registry.Execute("ALTER TABLE parties ENABLE TRIGGER refuse_delete");
    }

    private Task<Guid> Insert(Guid party) => registry.Given.Insert("parties", new()
    {
        ["id"] = party,
        ["first_name"] = "Олена",
        ["last_name"] = "Ткачук",
        ["birth_date"] = new DateOnly(1983, 5, 17),
        ["gender"] = "FEMALE",
        ["tax_id"] = $"{party}",
    });

    private Task<int> Age(Guid party, int days) => registry.Execute(
        "UPDATE bulk_removals SET removed_at = removed_at - $2 * interval '1 day' WHERE id = $1", party, days);

    private async Task<IReadOnlyList<string>> Records(string query)
    {
        var key = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));
        var answer = (await registry.Send("GET", $"/api/pis/bulk/parties{query}", key)).Succeeded();
        return [.. answer.Data.EnumerateArray().Select(it => it.GetRawText())];
    }

    private async Task<IReadOnlyList<Guid>> Removed()
    {
        var key = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));
        return (await registry.Send("GET", "/api/pis/bulk/parties?removed=true", key)).Succeeded().Ids();
    }

    /// <summary>What the manifest says of the resource.</summary>
    private async Task<JsonElement> Manifest(BulkResource resource)
    {
        var key = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));
        return (await registry.Send("GET", "/api/pis/bulk/manifest", key)).Succeeded().Data.EnumerateArray()
            .Single(it => it.GetProperty("resource").GetString() == resource.Name);
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
