using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Esoz.Tests.BulkExport;

/// <summary>
/// A client that keeps a copy of some resources, exactly as pis-bulk §8 describes it. It knows nothing but the manifest and the answers.
/// </summary>
public sealed class Mirror(BulkRegistry registry, string key, params string[] resources)
{
    private readonly Dictionary<string, Copy> _copies = resources.ToDictionary(resource => resource, _ => new Copy());

    /// <summary>Number of full sets, windows and removals that it took.</summary>
    public (int FullSets, int Windows, int Removals) Taken { get; private set; }

    /// <summary>Its records by their keys.</summary>
    public IReadOnlyDictionary<string, string> this[string resource] => _copies[resource].Records;

    public async Task Update()
    {
        var manifest = (await registry.Send("GET", "/api/pis/bulk/manifest", new(ApiKey: key))).Succeeded().Data;
        foreach (var resource in manifest.EnumerateArray().Where(it => _copies.ContainsKey(it.GetProperty("resource").GetString()!)))
            await Update(resource, _copies[resource.GetProperty("resource").GetString()!]);
    }

    private async Task Update(JsonElement resource, Copy copy)
    {
        var generation = resource.GetProperty("generation");
        if (generation.ValueKind == JsonValueKind.Null || generation.GetGuid() == copy.Generation)
            return;
        var files = resource.GetProperty("files").EnumerateArray().ToList();
        var at = resource.GetProperty("snapshot_at").GetDateTime();
        var validFrom = resource.GetProperty("windows_valid_from");
        var depth = copy.At is null ? int.MaxValue : Math.Max(1, (int)Math.Ceiling((at - copy.At.Value).TotalDays));
        var suits = copy.At is not null && (validFrom.ValueKind == JsonValueKind.Null || copy.At > validFrom.GetDateTime());
        var name = resource.GetProperty("key").GetString()!;
        if (suits && files.Find(file => file.GetProperty("depth") is { ValueKind: JsonValueKind.Number } days && days.GetInt32() == depth)
            is { ValueKind: JsonValueKind.Object } window)
        {
            foreach (var (id, _) in await Get(resource, "?removed=true", resource.GetProperty("removed"), "id"))
                Taken = Taken with { Removals = Taken.Removals + (copy.Records.Remove(id) ? 1 : 0) };
            foreach (var (id, record) in await Get(resource, $"?depth={depth}", window, name))
                copy.Records[id] = record;
            Taken = Taken with { Windows = Taken.Windows + 1 };
        }
        else
        {
            copy.Records = new(await Get(resource, "", files[^1], name));
            Taken = Taken with { FullSets = Taken.FullSets + 1 };
        }
        (copy.Generation, copy.At) = (generation.GetGuid(), at);
    }

    /// <summary>The records of an answer, which must be the bytes that the manifest states.</summary>
    private async Task<List<KeyValuePair<string, string>>> Get(JsonElement resource, string query, JsonElement file, string name)
    {
        var lines = file.GetProperty("ndjson");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/pis/bulk/{resource.GetProperty("resource").GetString()}{query}");
        request.Headers.Add("api-key", key);
        request.Headers.Add("Accept", "application/x-ndjson");
        request.Headers.TryAddWithoutValidation("If-Match", lines.GetProperty("etag").GetString());
        using var answer = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal((lines.GetProperty("bytes").GetInt64(), lines.GetProperty("sha256").GetString()),
            (body.LongLength, Convert.ToHexStringLower(SHA256.HashData(body))));
        var records = Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => KeyValuePair.Create(JsonDocument.Parse(line).RootElement.GetProperty(name).GetString()!, line)).ToList();
        Assert.Equal(file.GetProperty("rows").GetInt64(), records.Count);
        return records;
    }

    private sealed class Copy
    {
        public Guid? Generation { get; set; }

        public DateTime? At { get; set; }

        public Dictionary<string, string> Records { get; set; } = [];
    }
}
