using System.Text.Json.Nodes;
using Esoz.BulkExport;
using Esoz.BulkExport.Snapshots;
using Esoz.Sandbox.Generate;
using Esoz.Tests.Platform.Compression;

namespace Esoz.Tests.BulkExport.Building;

/// <summary>For any registry content, the files of every resource equal its table (pis-bulk §3.2 to §3.4, §3.7).</summary>
public sealed class BuildSnapshotsOfAnythingTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    /// <summary>Per resource: rows, change time and order as on the page, stated independently of the program.</summary>
    private static readonly Dictionary<string, (string From, string ChangedAt, string Id)> Sources = new()
    {
        ["parties"] = ("parties t", "coalesce(t.updated_at, t.inserted_at)", "t.id"),
        ["employees"] = ("employees t", "coalesce(t.updated_at, t.inserted_at)", "t.id"),
        ["divisions"] = ("divisions t", "coalesce(t.updated_at, t.inserted_at)", "t.id"),
        ["legal_entities"] = ("legal_entities t", "coalesce(t.updated_at, t.inserted_at)", "t.id"),
        ["employee_roles"] = ("employee_roles t", "coalesce(t.updated_at, t.inserted_at)", "t.id"),
        ["healthcare_services"] = ("healthcare_services t", "coalesce(t.updated_at, t.inserted_at)", "t.id"),
        ["contract_divisions"] = ("contract_divisions t JOIN contracts c ON c.id = t.contract_id",
            "greatest(coalesce(t.updated_at, t.inserted_at), coalesce(c.updated_at, c.inserted_at))", "t.id"),
    };

    [Fact(DisplayName =
        "Random registries, changed at random instants up to the edges of the windows: every file of every resource equals its rows, in order, member by member; windows are nested")]
    public async Task EqualTheTables()
    {
        var ct = TestContext.Current.CancellationToken;
        for (var round = 0; round < 3; round++)
        {
            await SyntheticRegistry.Write(registry.Database, 40 + (round * 60), seed: 7 + round, TimeProvider.System, _ => { }, ct);
            await ChangeAtRandom(round);
            var run = await registry.Run([.. BulkResources.All]);

            Assert.Empty(run.Failures);
            foreach (var report in run.Reports.Where(report => report.Windows.Count > 1))
                await Check(BulkResources.All.Single(resource => resource.Name == report.Snapshot.Resource), report);
        }
    }

    /// <summary>
    /// Timestamps of any age up to a week, some without updated_at, some whole days before now so that they are close to the window edges,
    /// some shared by several rows; and random flags and statuses, because inactive rows are exported too.
    /// </summary>
    private async Task ChangeAtRandom(int round)
    {
        foreach (var table in Sources.Keys.Append("contracts"))
        {
            await registry.Execute($"""
                UPDATE {table} SET
                  inserted_at = CASE WHEN hashtext(id::text || 'edge{round}') % 4 = 0 THEN date_trunc('second', now()) - (abs(hashtext(id::text)) % 7) * interval '24 hours'
                                     ELSE now() - random() * interval '7 days' END,
                  updated_at = CASE abs(hashtext(id::text || '{round}')) % 3 WHEN 0 THEN NULL WHEN 1 THEN now() - random() * interval '5 days' ELSE now() - interval '36 hours' END
                """);
        }
        await registry.Execute(
            "UPDATE employees SET is_active = random() < 0.5, end_date = CASE WHEN random() < 0.5 THEN '2026-02-28'::date END");
        await registry.Execute(
            "UPDATE divisions SET is_active = random() < 0.5, status = CASE WHEN random() < 0.5 THEN 'INACTIVE' ELSE 'ACTIVE' END");
        await registry.Execute("UPDATE contract_divisions SET is_active = random() < 0.5");
    }

    private async Task Check(BulkResource resource, BuildReport report)
    {
        var (from, changedAt, id) = Sources[resource.Name];
        var plain = resource.Members.Where(member => member.Expression is null && member.IsPublished is null).ToList();
        var expected = await registry.Rows($"""
            SELECT {changedAt} AS changed_at, jsonb_build_object({string.Join(", ", plain.Select(member => $"'{member.Name}', {Shown(member)}"))})::text AS shown
              FROM {from} ORDER BY {changedAt} DESC, {id}
            """);
        Assert.NotEmpty(expected);
        var rowsBefore = 0;
        foreach (var window in report.Windows)
        {
            var due = expected.Where(row => window.Depth is not { } depth
                || (DateTime)row["changed_at"]! >= report.Snapshot.At.AddDays(-depth)).ToList();
            var records =
                JsonNode.Parse(await GzipTool.Decompress(await registry.Stored($"{report.Snapshot.Prefix}/{window.File}")))!.AsArray();

            Assert.Equal((due.Count, (long)due.Count), (records.Count, window.Rows));
            Assert.True(due.Count >= rowsBefore, "windows are nested");
            rowsBefore = due.Count;
            foreach (var (record, row) in records.Zip(due))
            {
                Assert.Equal(resource.Members.Where(member => member.IsPublished is null).Select(member => member.Name), record!.AsObject()
                    .Select(member => member.Key));
                var shown = new JsonObject(plain.Select(member => KeyValuePair.Create(member.Name, record[member.Name]?.DeepClone())));
                Assert.True(JsonNode.DeepEquals(JsonNode.Parse((string)row["shown"]!), shown),
                    $"{resource.Name}: {row["shown"]}\n{shown.ToJsonString()}");
            }
        }
    }

    private static string Shown(RecordMember member) => member.Type switch
    {
        MemberType.Instant => $"to_char(t.{member.Name}, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')",
        MemberType.Day => $"to_char(t.{member.Name}, 'YYYY-MM-DD\"T00:00:00.000Z\"')",
        _ => $"t.{member.Name}",
    };
}
