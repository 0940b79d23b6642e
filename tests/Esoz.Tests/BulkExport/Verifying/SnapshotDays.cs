using System.Security.Cryptography;
using System.Text;
using Esoz.BulkExport;
using Esoz.BulkExport.Building;
using Esoz.BulkExport.Snapshots;
using Esoz.BulkExport.Verifying;
using Esoz.Platform.Database;
using Esoz.Platform.Storage;

namespace Esoz.Tests.BulkExport.Verifying;

/// <summary>
/// Simulated days of a registry, in a separate bucket: database rows stamped by a clock that the test moves, and read, written and stored
/// as by builds, except for the snapshot time, which a build takes from the clock of the database.
/// </summary>
public sealed class SnapshotDays
{
    private readonly BulkRegistry _registry;
    private readonly BulkResource _resource;
    private readonly string _condition;
    private readonly Guid _provider;
    private readonly Guid _party;
    private readonly Bucket _bucket;
    private readonly SnapshotFiles _files;
    private readonly List<Snapshot> _built = [];
    private int _hired;

    private SnapshotDays(BulkRegistry registry, Bucket bucket, BulkResource resource, string condition, Guid provider, Guid party)
    {
        (_registry, _bucket, _resource, _condition, _provider, _party) = (registry, bucket, resource, condition, provider, party);
        _files = new(registry.Store, _bucket);
    }

    public DateTime Now { get; private set; } = new DateTime(2026, 3, 1, 1, 0, 0, DateTimeKind.Utc).AddMicroseconds(123_457);

    public List<Guid> Employees { get; } = [];

    public Snapshot First => _built[0];

    public Snapshot Last => _built[^1];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Uses the employees of a new legal entity, or other rows by a condition.</summary>
    public static async Task<SnapshotDays> Begin(BulkRegistry registry, BulkResource? resource = null, string? condition = null)
    {
        var provider = await registry.Given.LegalEntity();
        return new(registry, await registry.NewBucket(), resource ?? GetEmployeesBulk.Resource, condition
            ?? $"legal_entity_id = '{provider}'", provider, await registry.Given.Party());
    }

    /// <summary>New employees, stamped at any time in the last two days.</summary>
    public async Task Hire(int count, Random random)
    {
        for (var i = 0; i < count; i++)
            await Hire(1, Now.AddMicroseconds(-random.NextInt64(2L * 86_400_000_000)));
    }

    /// <returns>The id of the last one.</returns>
    public async Task<Guid> Hire(int count, DateTime stampedAt)
    {
        for (var i = 0; i < count; i++)
        {
            Employees.Add(await _registry.Given.Insert("employees", new()
            {
                ["legal_entity_id"] = _provider,
                ["party_id"] = _party,
                ["position"] = $"P{++_hired}",
                ["employee_type"] = "DOCTOR",
                ["status"] = "APPROVED",
                ["start_date"] = new DateOnly(2019, 6, 4),
                ["is_active"] = true,
                ["inserted_at"] = stampedAt,
            }));
        }
        return Employees[^1];
    }

    /// <summary>Advances time; meanwhile employees are added and changed.</summary>
    public async Task Pass(TimeSpan gap, int changes, Random random)
    {
        var stamps = Enumerable.Range(0, changes).Select(_ => random.Next(5) switch
        {
            0 => TimeSpan.Zero,
            1 => gap,
            _ => TimeSpan.FromTicks(random.NextInt64(gap.Ticks + 1) / 10 * 10),
        });
        foreach (var stamp in stamps.Order())
        {
            if (Employees.Count == 0 || random.Next(3) == 0)
                await Hire(1, Now + stamp);
            else
                await _registry.Execute("UPDATE employees SET status_reason = $2, updated_at = $3 WHERE id = $1",
                    Employees[random.Next(Employees.Count)], $"причина {random.Next(3)}", Now + stamp);
        }
        Skip(gap);
    }

    public void Skip(TimeSpan gap) => Now += gap;

    public Task<long> Count() => _registry.Scalar<long>($"SELECT count(*) FROM employees WHERE {_condition}");

    /// <summary>A snapshot as of now.</summary>
    /// <param name="where">Only rows that satisfy it are included.</param>
    /// <param name="removed">Ids that its removals have.</param>
    public async Task Build(string where = "true", params Guid[] removed)
    {
        var resource = _resource with { From = $"{_resource.From} WHERE {_condition} AND {where}" };
        await Build(spool =>
        {
            using var connection = _registry.Database.OpenForBulk();
            using var copy = connection.BeginRawBinaryCopy($"COPY ({resource.RowsSql(resource.Members)}) TO STDOUT (FORMAT binary)");
            var firstMember = 1 + resource.Writers.Count;
            var rows = new BinaryCopyRows(copy, firstMember + resource.Members.Count);
            var record = new RecordWriter(resource.Members, firstMember);
            while (rows.Read())
                spool.Add(RecordWriter.Instant(rows[0]), record.Write(rows));
        }, removed);
    }

    /// <summary>A snapshot of any records, all of them changed now.</summary>
    public Task Build(IEnumerable<byte[]> records) => Build(spool =>
    {
        foreach (var record in records)
            spool.Add(Now, record);
    });

    public Task<Verification> Verify() => new VerifySnapshots(_registry.Store, _bucket).Run([_resource], Ct);

    public async Task<IReadOnlyList<string>> Findings() => (await Verify()).Findings;

    public async Task<byte[]> Stored(Snapshot snapshot, string file)
    {
        await using var stored = await _registry.Store.Open(_bucket, ObjectKey.Plain($"{snapshot.Prefix}/{file}"), range: null, Ct);
        var bytes = new MemoryStream();
        await stored!.Content.CopyToAsync(bytes, Ct);
        return bytes.ToArray();
    }

    public Task Write(Snapshot snapshot, string file, byte[] content) => Write($"{snapshot.Prefix}/{file}", content);

    public Task Write(string key, byte[] content) => _registry.Store.Write(_bucket, ObjectKey.Plain(key), new MemoryStream(content), Ct);

    public Task Delete(Snapshot snapshot, string file) => Delete($"{snapshot.Prefix}/{file}");

    public Task Delete(string key) => _registry.Store.Delete(_bucket, ObjectKey.Plain(key), Ct);

    public Task Point(Snapshot snapshot) => _files.WritePointer(snapshot, Ct);

    /// <summary>Rewrites the manifest with changed statements about the files.</summary>
    public Task Restate(Snapshot snapshot, Func<SnapshotWindow, SnapshotWindow> change) =>
        Restate(snapshot, manifest => manifest with { Files = [.. manifest.Files.Select(change)], Removed = change(manifest.Removed!) });

    /// <summary>Rewrites the manifest.</summary>
    public async Task Restate(Snapshot snapshot, Func<SnapshotManifest, SnapshotManifest> change) => await Write(snapshot, "manifest.json",
        change(await SnapshotManifest.Read(new MemoryStream(await Stored(snapshot, "manifest.json")), Ct)).ToJson());

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private async Task Build(Action<SnapshotSpool> fill, params Guid[] removed)
    {
        var snapshot = new Snapshot(Guid.NewGuid(), _resource.Name, Now, BulkRegistry.MaxDepth);
        var windows = await Upload(snapshot, snapshot.MaxDepth, isOfRemovals: false, fill);
        var removals = await Upload(snapshot, 0, isOfRemovals: true, spool =>
        {
            foreach (var id in removed)
                spool.Add(Now, Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","removed_at":"{{Now:O}}"}"""));
        });
        await _files.WriteManifest(snapshot, new(snapshot.Generation, snapshot.Resource, Now, null, snapshot.MaxDepth, windows)
        {
            Key = _resource.Key,
            Removed = removals[0],
        }, Ct);
        await _files.WritePointer(snapshot, Ct);
        _built.Add(snapshot);
    }

    private async Task<List<SnapshotWindow>> Upload(Snapshot snapshot, int maxDepth, bool isOfRemovals, Action<SnapshotSpool> fill)
    {
        using var spool = new SnapshotSpool(_registry.DataDirectory, Now, maxDepth);
        fill(spool);
        spool.Complete();
        var windows = new List<SnapshotWindow>();
        await foreach (var window in spool.Windows(Ct))
        {
            var named = window with { IsOfRemovals = isOfRemovals };
            await using var content = spool.Read(window);
            await _files.Upload(snapshot, named, content, Ct);
            windows.Add(named);
        }
        return windows;
    }
}
