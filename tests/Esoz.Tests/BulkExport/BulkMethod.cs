using System.Text.Json;
using Esoz.BulkExport.Snapshots;

namespace Esoz.Tests.BulkExport;

/// <summary>Behaviour common to all bulk methods (pis-bulk §2, §5); a method's own class tests its records.</summary>
public abstract class BulkMethod(BulkRegistry registry, BulkResource resource, string scope) : IClassFixture<BulkRegistry>
{
    protected BulkRegistry Registry => registry;

    protected Given Given => registry.Given;

    private string Path => $"/api/pis/bulk/{resource.Name}";

    /// <summary>Finer than a millisecond, so that a record shows how the rest is truncated.</summary>
    protected static readonly DateTime Inserted = new DateTime(2019, 6, 4, 8, 12, 45, DateTimeKind.Utc).AddMicroseconds(120_999);

    [Fact(DisplayName = "Credentials come first, in the gateway's order, then depth, then the snapshot")]
    public async Task Staircase()
    {
        var bad = resource.HasWindows ? "?depth=0" : "";
        await registry.TakeOutOfService();

        (await registry.Send("GET", Path + bad)).IsIlRefusal(401, "access_denied", "Api key is not set");
        (await registry.Send("GET", Path + bad, new(ApiKey: "unknown"))).IsIlRefusal(401, "access_denied", "Invalid api key");
        var other = await Given.ApiKey("PIS", scopes: "other:read_pis");
        (await registry.Send("GET", Path + bad, new(ApiKey: other))).IsIlRefusal(
            403, "forbidden", $"Your scope does not allow to access this resource. Missing allowances: {scope}");
        var key = new Credential(ApiKey: await Given.ApiKey("PIS", scopes: scope));
        if (resource.HasWindows)
        {
            (await registry.Send("GET", Path + "?depth=x", key))
                .IsIlRefusal(422, "validation_failed", Answer.ValidationFailed, "depth", "is invalid");
            (await registry.Send("GET", Path + bad, key))
                .IsIlRefusal(422, "validation_failed", Answer.ValidationFailed, "depth", "must be greater than 0");
            (await registry.Send("GET", Path + "?depth=6", key))
                .IsIlRefusal(422, "validation_failed", Answer.ValidationFailed, "depth", "must be less than or equal to 5");
        }
        var refused = await registry.Send("GET", Path, key);
        refused.IsIlRefusal(503, "service_unavailable", "Snapshot is not ready");
        Assert.NotNull(refused.Headers.RetryAfter);

        await registry.Build(resource);
        (await registry.Send("GET", Path, key)).Succeeded();
    }

    /// <summary>Builds a snapshot and returns its records.</summary>
    protected async Task<IReadOnlyList<JsonElement>> Records(string query = "")
    {
        await registry.Build(resource);
        return await InService(query);
    }

    /// <summary>Returns the records of the snapshot in service.</summary>
    protected async Task<IReadOnlyList<JsonElement>> InService(string query = "")
    {
        var key = new Credential(ApiKey: await Given.ApiKey("PIS"));
        return [.. (await registry.Send("GET", Path + query, key)).Succeeded().Data.EnumerateArray()];
    }

    /// <summary>The record that has a member with this value, as it was sent.</summary>
    protected async Task<string> Record(string member, string value) =>
        (await Records()).Single(record => record.GetProperty(member).GetString() == value).GetRawText();
}
