using System.Globalization;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Esoz.Platform.Database;
using Esoz.Platform.Storage;
using Esoz.Tests.Platform.Storage;
using Npgsql;

namespace Esoz.Tests.Cluster;

/// <param name="Ledger">What was acknowledged.</param>
/// <param name="Pause">The longest time without an acknowledged write.</param>
public sealed record Survival(Ledger Ledger, TimeSpan Pause);

/// <summary>A cluster with rows in it, for all cases of the class.</summary>
public sealed class LoadedCluster(RadosGateway gateway) : IAsyncLifetime
{
    private PatroniCluster? _patroni;
    private LoadSubject? _subject;
    private S3Options? _store;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public PatroniCluster Patroni => _patroni!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_patroni is not null)
            await _patroni.DisposeAsync();
    }

    /// <summary>Skips the test where there can be no cluster.</summary>
    /// <param name="program">As of <see cref="PatroniCluster.Start"/>.</param>
    public async Task Required(string? program = null)
    {
        if (_patroni is not null)
            return;
        _store = await gateway.Required();
        await gateway.CreateBucket("bulk-actions");
        await gateway.CreateBucket("compositions");
        await gateway.CreateBucket("audit-anchors");
        await gateway.CreateBucket(PatroniCluster.BackupBucket);
        _patroni = await PatroniCluster.Start(gateway, program);
        _subject = await LoadSubject.Of(_patroni.ConnectionString);
        await _patroni.Command(_patroni.Machines[0], "snapshot", "run", "employees");
    }

    public Machine Another(params Machine[] than) => Patroni.Machines.First(machine => !than.Contains(machine));

    /// <summary>A machine whose power was lost is switched on again.</summary>
    public async Task Return(Machine machine)
    {
        await machine.Reconnect();
        Patroni.Boot(machine);
        Patroni.StartNode(machine);
    }

    /// <summary>Runs a load, a fault in its midst, and a repair; nothing of the ledger may be missing afterwards.</summary>
    /// <param name="entry">The machine whose balancer the clients use.</param>
    /// <param name="port">Port of the balancer.</param>
    /// <param name="later">Gets the ledger, for <see cref="KeepsAll"/>; null = it is looked at once.</param>
    public async Task<Survival> Survives(
        string fault, Machine entry, int port, Func<Task> strike, Func<Task> repair, ICollection<Ledger>? later = null)
    {
        await Patroni.IsWhole();
        var struck = DateTime.UtcNow;
        var ledger = await Endures(fault, entry, port, () =>
        {
            struck = DateTime.UtcNow;
            return strike();
        }, async () =>
        {
            await repair();
            await Patroni.IsWhole();
        });
        TestContext.Current.TestOutputHelper!.WriteLine($"  pause of writes {ledger.Gap(struck).TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s");
        if (later is null)
            await KeepsAll([ledger]);
        else
            later.Add(ledger);
        return new(ledger, ledger.Gap(struck));
    }

    /// <summary>Nothing of the ledgers is missing, and nothing was done twice.</summary>
    public async Task KeepsAll(IReadOnlyCollection<Ledger> ledgers)
    {
        foreach (var ledger in ledgers)
            Assert.Equal((0, 0, 0, 0), await Lost(ledger));
        Assert.Equal((0, 0), await Doubled());
    }

    /// <summary>The same, without looking what is missing.</summary>
    public async Task<Ledger> Endures(string fault, Machine entry, int port, Func<Task> strike, Func<Task> repair)
    {
        var ledger = new Ledger();
        await using var load = new Load(_subject!, (entry.Address, port), ledger);
        load.Start();
        await GoesOn(load, () => ledger is { Writes.Count: > 50, Jobs.Count: > 10, Uploads.Count: > 2, Downloads: > 2 }, ledger, fault);
        await strike();
        var after = DateTime.UtcNow;
        await GoesOn(load, () => ledger.HasWritesSince(after), ledger, fault);
        await Task.Delay(TimeSpan.FromSeconds(2), Ct);
        await repair();
        await load.End();
        TestContext.Current.TestOutputHelper!.WriteLine($"{fault}: {ledger.Summary()} {ledger.FaultsByKind()}");
        return ledger;
    }

    private Task GoesOn(Load load, Func<bool> condition, Ledger ledger, string fault) => Eventually.Holds(() =>
    {
        load.GoesOn();
        return condition();
    }, () => $"{fault}: {ledger.Summary()} {ledger.FaultsByKind()} {Patroni.Logs()}");

    /// <summary>Stops and starts the nodes one after the other, as an upgrade does.</summary>
    /// <param name="nginx">The machine whose nginx is told of it; null = balancers ask.</param>
    public async Task RestartNodes(Machine? nginx = null)
    {
        foreach (var machine in Patroni.Machines)
        {
            if (nginx is not null)
                await PatroniCluster.TellNginx(nginx, "down", machine);
            await Patroni.StopNode(machine);
            Patroni.StartNode(machine);
            await Patroni.IsReady(machine);
            if (nginx is not null)
                await PatroniCluster.TellNginx(nginx, "up", machine);
            // The balancer has to see it too.
            await Task.Delay(TimeSpan.FromSeconds(3), Ct);
        }
    }

    /// <summary>How much of what was acknowledged is not there.</summary>
    public async Task<(long Writes, long Audited, long Jobs, long Uploads)> Lost(Ledger ledger)
    {
        await using var database = NpgsqlDataSource.Create(Patroni.ConnectionString);
        var jobs = ledger.Jobs.Keys.ToArray();
        var (ids, numbers) = (ledger.Writes.Values.ToArray(), ledger.Writes.Keys.ToArray());
        await Eventually.Holds(async () => await Count(database, "SELECT count(*) FROM async_jobs WHERE status = 'PENDING'") == 0,
            () => $"Some jobs do not end. {Patroni.Logs()}");
        return (
            await Count(database, """
                SELECT count(*) FROM unnest($1, $2) acked(id, number)
                 WHERE NOT EXISTS (SELECT FROM contract_employees kept WHERE kept.id = acked.id AND kept.declaration_limit = acked.number)
                """, ids, numbers),
            await Count(database, """
                SELECT count(*) FROM unnest($1) acked(id)
                 WHERE (SELECT count(*) FROM audit_log WHERE resource = 'contract_employees' AND resource_id = acked.id::text) <> 1
                """, [ids]),
            await Count(database, """
                SELECT count(*) FROM unnest($1) acked(id)
                 WHERE NOT EXISTS (SELECT FROM async_jobs job JOIN compositions made ON made.id = job.composition_id
                                    WHERE job.id = acked.id AND job.status = 'DONE')
                """, [jobs]),
            await LostUploads(ledger));
    }

    private async Task<long> LostUploads(Ledger ledger)
    {
        using var s3 = new AmazonS3Client(new BasicAWSCredentials(_store!.AccessKeyId, _store.SecretAccessKey), new AmazonS3Config
        {
            ServiceURL = _store.Endpoint,
            ForcePathStyle = true,
        });
        var lost = 0;
        foreach (var (folder, digest) in ledger.Uploads)
        {
            using var kept = await s3.GetObjectAsync("ambulatory-contracts", $"{folder}/{LoadSubject.FileName}", Ct);
            if (Convert.ToHexString(await SHA256.HashDataAsync(kept.ResponseStream, Ct)) != digest)
                lost++;
        }
        return lost;
    }

    /// <summary>Records that one request made twice, and compositions that no job or two jobs have.</summary>
    public async Task<(long Writes, long Jobs)> Doubled()
    {
        await using var database = NpgsqlDataSource.Create(Patroni.ConnectionString);
        return (
            await Count(database, """
                SELECT count(*) FROM (SELECT FROM contract_employees WHERE declaration_limit > 1000000
                                       GROUP BY declaration_limit HAVING count(*) > 1) again
                """),
            await Count(database, """
                SELECT (SELECT count(*) FROM compositions) - (SELECT count(DISTINCT composition_id) FROM async_jobs WHERE status = 'DONE')
                """));
    }

    private static async Task<long> Count(NpgsqlDataSource database, string sql, params object[] values)
    {
        await using var connection = await database.OpenConnectionAsync(Ct);
        await PostgresDatabase.Command(connection, "SET search_path = esoz").ExecuteNonQueryAsync(Ct);
        return (long)(await PostgresDatabase.Command(connection, sql, values).ExecuteScalarAsync(Ct))!;
    }
}
