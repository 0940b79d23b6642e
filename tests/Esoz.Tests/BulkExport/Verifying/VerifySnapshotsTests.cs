using System.Text;
using System.Text.Json.Nodes;
using Esoz.BulkExport;
using Esoz.BulkExport.Snapshots;
using Esoz.BulkExport.Verifying;

namespace Esoz.Tests.BulkExport.Verifying;

/// <summary>Verification of stored snapshots: correct ones pass, and every fault is found.</summary>
public sealed class VerifySnapshotsTests(BulkRegistry registry) : IClassFixture<BulkRegistry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName =
        "In a registry that changes at random, each older full set plus every window that reaches back to it equals the newer full set")]
    public async Task Proves()
    {
        var random = new Random(20261122);
        var gaps = new HashSet<int?>();
        for (var round = 0; round < 5; round++)
        {
            var days = await SnapshotDays.Begin(registry);
            await days.Hire(random.Next(20), random);
            await days.Build();
            for (var generation = 0; generation < 5; generation++)
            {
                // Almost no time, whole days to the microsecond, or any time: changes are stamped between the two points in time, both
                // inclusive.
                var gap = random.Next(4) switch
                {
                    0 => TimeSpan.FromMicroseconds(1),
                    1 => TimeSpan.FromDays(random.Next(1, 4)),
                    _ => TimeSpan.FromMicroseconds(random.NextInt64(6L * 86_400_000_000)),
                };
                await days.Pass(gap, changes: random.Next(12), random);
                await days.Build();
            }

            var verdict = await days.Verify();

            Assert.Empty(verdict.Findings);
            Assert.Equal(6, verdict.Snapshots.Count);
            Assert.All(verdict.Snapshots, it => Assert.Equal(BulkRegistry.MaxDepth + 2, it.Files));
            Assert.Equal(await days.Count(), verdict.Snapshots[^1].Rows);
            Assert.Equal(15, verdict.Pairs.Count);
            Assert.All(
                verdict.Pairs, it => Assert.True(it.Gap <= TimeSpan.FromDays(BulkRegistry.MaxDepth) ? it.IsProved : it.Depth is null));
            gaps.UnionWith(verdict.Pairs.Select(it => it.Depth));
        }
        Assert.Equal([null, 1, 2, 3, 4, 5], gaps.Order());
    }

    [Fact(DisplayName = "Snapshots that the program builds are verified, all resources at once")]
    public async Task Builds()
    {
        await registry.SomeEmployees(new Random(4), 20);
        await registry.Given.EmployeeRole(await registry.Given.LegalEntity());
        await registry.Run([.. BulkResources.All]);
        await registry.Execute(
            "UPDATE employees SET status_reason = 'зміна', updated_at = now() WHERE id IN (SELECT id FROM employees LIMIT 3)");
        await registry.Given.EmployeeRole(await registry.Given.LegalEntity());
        await registry.Run([.. BulkResources.All]);

        var verdict = await new VerifySnapshots(registry.Store, registry.Bucket).Run(BulkResources.All, Ct);

        Assert.Empty(verdict.Findings);
        Assert.Equal(BulkResources.All.Select(resource => resource.Name), verdict.Snapshots.Select(it => it.Resource).Distinct());
        Assert.Equal(BulkResources.All.Where(resource => resource.HasWindows).Select(resource => resource.Name),
            verdict.Pairs.Where(it => it.IsProved).Select(it => it.Resource).Distinct());
    }

    [Fact(DisplayName = "A bucket without snapshots is reported")]
    public async Task Nothing() =>
        Assert.Equal(
            ["employees"],
            (await new VerifySnapshots(registry.Store, await registry.NewBucket()).Run([GetEmployeesBulk.Resource], Ct)).Empty);

    [Fact(DisplayName = "A changed byte of a stored file is found, wherever it is")]
    public async Task FlippedByte()
    {
        var days = await TwoBuilds();
        var random = new Random(11);
        foreach (var file in new[] { "full.json.gz", "depth-1.json.gz", "removed.json.gz" })
        {
            var whole = await days.Stored(days.Last, file);
            foreach (var place in Enumerable.Range(0, 30).Select(_ => random.Next(whole.Length))
                .Concat([0, 9, 10, whole.Length - 13, whole.Length - 8, whole.Length - 1]))
            {
                byte[] broken = [.. whole];
                broken[place] ^= (byte)(1 << random.Next(8));
                await days.Write(days.Last, file, broken);
                Assert.Contains(
                    await days.Findings(), finding => finding.StartsWith($"{days.Last.Prefix}: {file} has ", StringComparison.Ordinal)
                    && finding.Contains("SHA-256", StringComparison.Ordinal));
            }
            await days.Write(days.Last, file, whole);
        }
        Assert.Empty(await days.Findings());
    }

    [Theory(DisplayName = "A file that is not exactly one gzip member is found, also when the manifest was written for it")]
    [InlineData("twice", "there is more than one gzip member in it")]
    [InlineData("and more", "there is more than one gzip member in it")]
    [InlineData("cut off", "it ends within its gzip member")]
    [InlineData("wrong end", "the checksum or length at the end of its gzip member is wrong")]
    public async Task OneMember(string how, string expected)
    {
        var days = await TwoBuilds();
        var whole = await days.Stored(days.Last, "depth-2.json.gz");
        byte[] other = how switch
        {
            "twice" => [.. whole, .. whole],
            "and more" => [.. whole, 0, 0, 0],
            "cut off" => whole[..^3],
            _ => [.. whole[..^8], .. new byte[8]],
        };
        await days.Write(days.Last, "depth-2.json.gz", other);
        await days.Restate(
            days.Last, file => file.Depth == 2 ? file with { Bytes = other.Length, Sha256 = SnapshotDays.Sha256(other) } : file);

        Assert.Contains($"{days.Last.Prefix}: depth-2.json.gz cannot be read: {expected}", await days.Findings());
    }

    [Fact(DisplayName = "Rows, lengths and digests that differ from the manifest are found")]
    public async Task Manifest()
    {
        (Func<SnapshotWindow, SnapshotWindow> Change, string What)[] lies =
        [
            (file => file with { Rows = file.Rows + 1 }, "rows"),
            (file => file with { Bytes = file.Bytes + 1 }, "bytes"),
            (file => file with { PlainBytes = file.PlainBytes - 1 }, "bytes of JSON"),
            (file => file with { Sha256 = new('0', 64) }, "as SHA-256"),
            (file => file with { PlainSha256 = new('0', 64) }, "as SHA-256 of its JSON"),
            (file => file with { LinesSha256 = new('0', 64) }, "as SHA-256 of its NDJSON"),
        ];
        var days = await TwoBuilds();
        foreach (var (change, what) in lies)
        {
            foreach (var name in new[] { "depth-1.json.gz", $"depth-{BulkRegistry.MaxDepth}.json.gz", "full.json.gz", "removed.json.gz" })
            {
                var original = await days.Stored(days.Last, "manifest.json");
                await days.Restate(days.Last, file => file.File == name ? change(file) : file);
                var finding = Assert.Single(await days.Findings());
                Assert.StartsWith($"{days.Last.Prefix}: {name} has ", finding, StringComparison.Ordinal);
                Assert.Contains($" {what}, the manifest says ", finding, StringComparison.Ordinal);
                await days.Write(days.Last, "manifest.json", original);
            }
        }
        Assert.Empty(await days.Findings());
    }

    [Fact(DisplayName = "Swapped windows are found, also when the manifest was written for them")]
    public async Task Exchanged()
    {
        var days = await TwoBuilds();
        var (one, five) = (await days.Stored(days.Last, "depth-1.json.gz"), await days.Stored(days.Last, "depth-5.json.gz"));
        Assert.NotEqual(one, five);
        await days.Write(days.Last, "depth-1.json.gz", five);
        await days.Write(days.Last, "depth-5.json.gz", one);
        Assert.Contains(
            await days.Findings(), finding => finding.StartsWith($"{days.Last.Prefix}: depth-1.json.gz has ", StringComparison.Ordinal));

        var manifest = JsonNode.Parse(await days.Stored(days.Last, "manifest.json"))!["files"]!.AsArray();
        SnapshotWindow Of(int depth) =>
            new(depth, (long)manifest[depth - 1]!["rows"]!, (long)manifest[depth - 1]!["bytes"]!, (string)manifest[depth - 1]!["sha256"]!,
            (long)manifest[depth - 1]!["plain_bytes"]!, (string)manifest[depth - 1]!["plain_sha256"]!)
            {
                LinesSha256 = (string?)manifest[depth - 1]!["lines_sha256"],
            };
        var (first, fifth) = (Of(1), Of(5));
        await days.Restate(
            days.Last, file => file.Depth switch { 1 => fifth with { Depth = 1 }, 5 => first with { Depth = 5 }, _ => file });
        Assert.Contains(
            await days.Findings(), finding => finding.EndsWith("has fewer rows than the next shorter window", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "A window of another generation, with the manifest written for it, is found")]
    public async Task ForeignWindow()
    {
        var days = await TwoBuilds();
        var foreign = JsonNode.Parse(await days.Stored(days.First, "manifest.json"))!["files"]![4]!;
        await days.Write(days.Last, "depth-5.json.gz", await days.Stored(days.First, "depth-5.json.gz"));
        await days.Restate(
            days.Last, file => file.Depth != 5 ? file : new(5, (long)foreign["rows"]!, (long)foreign["bytes"]!, (string)foreign["sha256"]!,
            (long)foreign["plain_bytes"]!, (string)foreign["plain_sha256"]!));

        Assert.Equal([$"{days.Last.Prefix}: depth-5.json.gz is not a prefix of the full set"], await days.Findings());
    }

    [Fact(DisplayName = "Missing and unexpected objects are found")]
    public async Task Objects()
    {
        var days = await TwoBuilds();
        var window = await days.Stored(days.Last, "depth-3.json.gz");
        await days.Delete(days.Last, "depth-3.json.gz");
        Assert.Equal([$"{days.Last.Prefix}: depth-3.json.gz is missing"], await days.Findings());

        await days.Write(days.Last, "depth-3.json.gz", window);
        await days.Write(days.Last, "depth-6.json.gz", window);
        Assert.Equal([$"{days.Last.Prefix}: depth-6.json.gz is not part of the generation"], await days.Findings());

        await days.Delete(days.Last, "depth-6.json.gz");
        var removals = await days.Stored(days.Last, "removed.json.gz");
        await days.Delete(days.Last, "removed.json.gz");
        Assert.Equal(
            [
                $"{days.Last.Prefix}: removed.json.gz is missing",
                $"employees/{days.First.Generation} → {days.Last.Generation}: not verified: the removals cannot be read",
            ], await days.Findings());
        await days.Write(days.Last, "removed.json.gz", removals);

        await days.Delete(days.First, "full.json.gz");
        Assert.Equal(
            [
                $"{days.First.Prefix}: full.json.gz is missing",
                $"employees/{days.First.Generation} → {days.Last.Generation}: not verified: a full set cannot be read",
            ], await days.Findings());

        await days.Delete(days.First, "manifest.json");
        Assert.StartsWith($"{days.First.Prefix}/manifest.json is missing", Assert.Single(await days.Findings()), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A pointer that is missing, unreadable, or names a generation that was removed or is not the newest is found")]
    public async Task Pointer()
    {
        var days = await TwoBuilds();
        await days.Point(days.First);
        Assert.Equal([$"employees/current.json names {days.First.Generation}, but {days.Last.Generation} is newer"], await days.Findings());

        var gone = days.Last with { Generation = Guid.NewGuid() };
        await days.Point(gone);
        Assert.Equal([$"employees/current.json names {gone.Generation}, which is not stored"], await days.Findings());

        await days.Point(days.Last with { At = days.Last.At.AddSeconds(1) });
        Assert.Equal([$"employees/current.json does not match the manifest of {days.Last.Generation}"], await days.Findings());

        await days.Write("employees/current.json", "{"u8.ToArray());
        Assert.Equal(["employees/current.json cannot be read"], await days.Findings());

        await days.Delete("employees/current.json");
        Assert.Equal(["employees/current.json is missing"], await days.Findings());
    }

    [Fact(DisplayName = "A record that the newer full set lacks is proved by its removals, and the full set must not have what they name")]
    public async Task Removed()
    {
        var days = await TwoBuilds();
        await days.Pass(TimeSpan.FromDays(1), changes: 0, new Random(1));
        var gone = days.Employees[3];
        await days.Build($"id <> '{gone}'", gone, Guid.NewGuid());
        Assert.Empty(await days.Findings());
        Assert.Contains((await days.Verify()).Pairs, pair => pair.To == days.Last.Generation && pair.IsProved);

        var kept = days.Employees[4];
        await days.Pass(TimeSpan.FromDays(1), changes: 0, new Random(1));
        await days.Build($"id <> '{gone}'", gone, kept);
        Assert.Equal([$"{days.Last.Prefix}: removed.json.gz has 1 records that the full set has too ({kept})"], await days.Findings());
    }

    [Fact(DisplayName = "Generations of earlier versions, whose manifests state no key and no removals, are checked by themselves")]
    public async Task EarlierVersions()
    {
        var days = await TwoBuilds();
        await days.Restate(days.First, manifest => manifest with { Key = null, Removed = null });
        await days.Delete(days.First, "removed.json.gz");

        var verdict = await days.Verify();

        Assert.Empty(verdict.Findings);
        Assert.Null(Assert.Single(verdict.Pairs).Depth);
    }

    [Fact(DisplayName = "A record that neither the newer full set nor its removals have is reported as lost")]
    public async Task Lost()
    {
        var days = await TwoBuilds();
        await days.Pass(TimeSpan.FromDays(1), changes: 0, new Random(1));
        var gone = days.Employees[3];
        await days.Build(where: $"id <> '{gone}'");

        Assert.All((await days.Verify()).Pairs.Where(pair => pair.To == days.Last.Generation),
            pair => Assert.Equal(
                [$"1 records lost: the older full set has them, neither the newer one nor its removals do ({gone})"], pair.Findings));
    }

    [Fact(DisplayName = "Records that change without a new updated_at are reported as stale, and three of them are named")]
    public async Task Stale()
    {
        var days = await SnapshotDays.Begin(registry);
        await days.Hire(10, new Random(1));
        await days.Pass(TimeSpan.FromDays(2), changes: 0, new Random(1));
        await days.Build();
        await registry.Execute("UPDATE employees SET status_reason = 'тихо' WHERE id = ANY ($1)", (object)days.Employees.Take(4).ToArray());
        await days.Pass(TimeSpan.FromHours(24), changes: 0, new Random(1));
        await days.Build();

        var finding = Assert.Single(await days.Findings());

        Assert.Contains("4 records stale: they changed and depth-1.json.gz does not have them (", finding, StringComparison.Ordinal);
        Assert.Equal(3, days.Employees.Count(id => finding.Contains(id.ToString(), StringComparison.Ordinal)));
        Assert.DoesNotContain("тихо", finding, StringComparison.Ordinal);
    }

    [Fact(DisplayName =
        "A record with updated_at before the older snapshot that was committed after it is reported as missing, unless the window reaches back to it")]
    public async Task LateCommit()
    {
        var days = await TwoBuilds();
        await days.Pass(TimeSpan.FromHours(23), changes: 0, new Random(1));
        var former = days.Last;
        await days.Hire(1, stampedAt: former.At.AddMinutes(-30));
        var tooLate = await days.Hire(1, stampedAt: former.At.AddHours(-2));
        await days.Build();

        var pair = (await days.Verify()).Pairs.Single(pair => pair.From == former.Generation);

        Assert.Equal(1, pair.Depth);
        Assert.Equal([$"1 records missing: neither the older full set nor depth-1.json.gz has them ({tooLate})"], pair.Findings);
    }

    [Fact(DisplayName = "Records with the same key, a record with a line break and a record without the key are found")]
    public async Task Records()
    {
        foreach (var (records, expected) in new (string[], string)[]
        {
            (["""{"id":"a","n":1}""", """{"id":"b"}""", """{"id":"a","n":2}"""], "1 records have a duplicate key: a"),
            (["""{"id":"a"}""", "{\"id\":\n\"b\"}"], "full.json.gz cannot be read: row 2 contains a line break"),
            (["""{"id":"a"}""", """{"n":{"id":"b"}}"""], "full.json.gz cannot be read: row 2 is not a JSON object with id"),
            (["""{"id":"a"}""", """{"id":null}"""], "full.json.gz cannot be read: row 2 is not a JSON object with id"),
            (["""{"id":"a"} {"id":"b"}"""], "full.json.gz cannot be read: row 1 is not a JSON object with id"),
            ([""], "full.json.gz has 0 rows, the manifest says 1"),
        })
        {
            var days = await SnapshotDays.Begin(registry);
            await days.Build(records.Select(Encoding.UTF8.GetBytes));
            Assert.Contains($"{days.Last.Prefix}: {expected}", await days.Findings());
        }
    }

    [Fact(DisplayName = "A record larger than every buffer is read")]
    public async Task LargeRecord()
    {
        var days = await SnapshotDays.Begin(registry);
        await days.Build(
            [Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', 3_000_000)}}","id":"a"}"""), """{"id":"b"}"""u8.ToArray()]);
        var verdict = await days.Verify();
        Assert.Empty(verdict.Findings);
        Assert.Equal(2, Assert.Single(verdict.Snapshots).Rows);
    }

    [Fact(DisplayName =
        "Rows of a division that occurs twice in a contract are told apart by their ids, also when the contract gets another number")]
    public async Task ContractDivisions()
    {
        var provider = await registry.Given.LegalEntity();
        var (contract, division) = (await registry.Given.Contract(provider), await registry.Given.Division(provider));
        var days = await SnapshotDays.Begin(registry, GetContractDivisionsBulk.Resource, $"contracts.id = '{contract}'");
        await registry.Execute("UPDATE contracts SET contract_number = 'K-1', inserted_at = $2 WHERE id = $1", contract, days.Now);
        Task<Guid> Row() =>
            registry.Given.Insert(
                "contract_divisions", new() { ["contract_id"] = contract, ["division_id"] = division, ["inserted_at"] = days.Now });
        var rows = new[] { await Row(), await Row(), await Row() };
        days.Skip(TimeSpan.FromDays(3));
        await days.Build();
        await registry.Execute("UPDATE contract_divisions SET is_active = false, updated_at = $2 WHERE id = $1", rows[1], days.Now);
        days.Skip(TimeSpan.FromDays(1));
        await days.Build();
        await registry.Execute("UPDATE contracts SET contract_number = 'K-2', updated_at = $2 WHERE id = $1", contract, days.Now);
        days.Skip(TimeSpan.FromDays(1));
        await days.Build();
        Assert.Empty(await days.Findings());

        await registry.Execute("UPDATE contract_divisions SET is_active = false WHERE id = $1", rows[2]);
        days.Skip(TimeSpan.FromDays(1));
        await days.Build();

        Assert.Equal([$"1 records stale: they changed and depth-1.json.gz does not have them ({rows[2]})"],
            (await days.Verify()).Pairs.Single(pair => pair.FromAt == days.Now.AddDays(-1)).Findings);
    }

    /// <summary>Twenty employees from six days, a build, some changes, and a build a day and some hours later.</summary>
    private async Task<SnapshotDays> TwoBuilds()
    {
        var random = new Random(6);
        var days = await SnapshotDays.Begin(registry);
        for (var day = 0; day < 6; day++)
        {
            await days.Hire(3, random);
            await days.Pass(TimeSpan.FromDays(1), changes: 0, random);
        }
        await days.Build();
        await days.Pass(TimeSpan.FromHours(27), changes: 5, random);
        await days.Build();
        return days;
    }
}
