using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Esoz.BulkExport;

namespace Esoz.Tests.BulkExport;

/// <summary>spec/pis-get-manifest-of-the-bulk-data-export.md.</summary>
public sealed class GetBulkExportManifestTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    private const string Path = "/api/pis/bulk/manifest";

    [Fact(DisplayName =
        "Every resource with what is in service: generation, instant, files that are what the methods answer, next build; before a snapshot without files")]
    public async Task Resources()
    {
        await registry.TakeOutOfService();
        await registry.SomeEmployees(new Random(6), 20);
        var key = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));
        var before = (await registry.Send("GET", Path, key)).Succeeded();
        Assert.Equal("list", before.Json.GetProperty("meta").GetProperty("type").GetString());
        Assert.Equal(BulkResources.All.Select(resource => resource.Name), before.Data.EnumerateArray()
            .Select(it => it.GetProperty("resource").GetString()));
        Assert.All(before.Data.EnumerateArray(), it => Assert.Equal(("null", "null", "[]"),
            (it.GetProperty("generation").GetRawText(), it.GetProperty("snapshot_at").GetRawText(), it.GetProperty("files").GetRawText())));

        var run = await registry.Run(GetEmployeesBulk.Resource, GetDeclarationsLimitBulk.Resource);

        var data = (await registry.Send("GET", Path, key)).Succeeded().Data.EnumerateArray().ToList();
        Assert.Single(data.Select(it => it.GetProperty("snapshot_at").GetRawText()).Where(at => at != "null").Distinct());
        foreach (var report in run.Reports)
        {
            var resource = data.Single(it => it.GetProperty("resource").GetString() == report.Snapshot.Resource);
            Assert.Equal(report.Snapshot.Generation, resource.GetProperty("generation").GetGuid());
            Assert.Equal(report.Snapshot.At, resource.GetProperty("snapshot_at").GetDateTime());
            var next = resource.GetProperty("next_build_at").GetDateTime();
            Assert.Equal(new TimeSpan(1, 0, 0), next.TimeOfDay);
            Assert.InRange(next, registry.Clock.GetUtcNow().UtcDateTime, registry.Clock.GetUtcNow().UtcDateTime.AddDays(1));
            Assert.Equal(report.Windows.Count, resource.GetProperty("files").GetArrayLength());
            var (hasWindows, id) = report.Snapshot.MaxDepth > 0 ? (true, "id") : (false, "party_id");
            Assert.Equal((id, hasWindows),
                (resource.GetProperty("key").GetString(), resource.GetProperty("removed").ValueKind == JsonValueKind.Object));
            foreach (var (file, window) in resource.GetProperty("files").EnumerateArray().Zip(report.Windows))
            {
                var query = window.Depth is { } depth ? $"?depth={depth}" : "";
                var answer = (await registry.Send("GET", $"/api/pis/bulk/{report.Snapshot.Resource}{query}", key)).Succeeded();
                var array = Encoding.UTF8.GetBytes(answer.Data.GetRawText());
                Assert.Equal(answer.Headers.ETag!.ToString(), file.GetProperty("etag").GetString());
                Assert.Equal(answer.Data.GetArrayLength(), file.GetProperty("rows").GetInt64());
                Assert.Equal(array.Length, file.GetProperty("plain_bytes").GetInt64());
                Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(array)), file.GetProperty("plain_sha256").GetString());
                var ndjson = file.GetProperty("ndjson");
                foreach (var coding in new[] { "identity", "gzip" })
                {
                    var lines = (await registry.Send("GET", $"/api/pis/bulk/{report.Snapshot.Resource}{query}", key,
                        headers: [("Accept", "application/x-ndjson"), ("Accept-Encoding", coding)])).Succeeded();
                    Assert.Equal(coding == "identity", lines.Headers.ETag!.ToString() == ndjson.GetProperty("etag").GetString());
                    if (coding != "identity")
                        continue;
                    var bytes = Encoding.UTF8.GetBytes(lines.Text);
                    Assert.Equal((bytes.LongLength, Convert.ToHexStringLower(SHA256.HashData(bytes))),
                        (ndjson.GetProperty("bytes").GetInt64(), ndjson.GetProperty("sha256").GetString()));
                }
                var stored = await registry.Stored($"{report.Snapshot.Prefix}/{window.File}");
                Assert.Equal((stored.Length, Convert.ToHexStringLower(SHA256.HashData(stored))),
                    (file.GetProperty("bytes").GetInt64(), file.GetProperty("sha256").GetString()));
            }
        }
    }

    [Fact(DisplayName = "The manifest has a weak tag that changes with what is in service; a known one is 304, another version 412")]
    public async Task Tag()
    {
        await registry.Run(GetPartiesBulk.Resource);
        var key = new Credential(ApiKey: await registry.Given.ApiKey("PIS"));
        var first = (await registry.Send("GET", Path, key)).Succeeded();
        var tag = first.Headers.ETag!;

        Assert.True(tag.IsWeak);
        Assert.Equal("no-cache, private", $"{first.Headers.CacheControl}");
        var known = await registry.Send("GET", Path, key, headers: ("If-None-Match", $"{tag}"));
        Assert.Equal((304, "", $"{tag}"), (known.Status, known.Text, $"{known.Headers.ETag}"));
        (await registry.Send("GET", Path, key, headers: ("If-Match", "\"other\"")))
            .IsIlRefusal(412, "precondition_failed", "Precondition failed");
        await registry.Run(GetPartiesBulk.Resource);
        Assert.NotEqual(tag, (await registry.Send("GET", Path, key, headers: ("If-None-Match", $"{tag}"))).Succeeded().Headers.ETag);
    }

    [Fact(DisplayName = "Any one scope of the bulk export opens it, of the client and of the key; no other does")]
    public async Task Scopes()
    {
        foreach (var scope in GetBulkExportManifest.Card.Scopes)
        {
            (await registry.Send("GET", Path,
                new(ApiKey: await registry.Given.ApiKey("PIS", scopes: $"other {scope}", brokerScope: scope)))).Succeeded();
            (await registry.Send("GET", $"/api/pis/bulk/{Other(scope)}", new(ApiKey: await registry.Given.ApiKey("PIS", scopes: scope))))
                .IsIlRefusal(
                    403, "forbidden",
                    $"Your scope does not allow to access this resource. Missing allowances: {Methods.All.Single(card => card.Path == $"/api/pis/bulk/{Other(scope)}").Scopes[0]}");
        }
        var missing =
            $"Your scope does not allow to access this resource. Missing allowances: {string.Join(", ", GetBulkExportManifest.Card.Scopes)}";
        (await registry.Send("GET", Path, new(ApiKey: await registry.Given.ApiKey("PIS", scopes: "employee_bulk:read"))))
            .IsIlRefusal(403, "forbidden", missing);
        (await registry.Send("GET", Path, new(ApiKey: await registry.Given.ApiKey("PIS", brokerScope: "employee:read"))))
            .IsIlRefusal(403, "forbidden", missing);
        (await registry.Send("GET", Path)).IsIlRefusal(401, "access_denied", "Api key is not set");

        static string Other(string scope) => scope == "party_bulk:read_pis" ? "employees" : "parties";
    }

    [Fact(DisplayName = "The card's scopes are those of all bulk methods")]
    public void AllScopes() => Assert.Equal(
        Methods.All.Where(card => card.Path.StartsWith("/api/pis/bulk/", StringComparison.Ordinal) && card != GetBulkExportManifest.Card)
        .SelectMany(card => card.Scopes),
        GetBulkExportManifest.Card.Scopes);
}
