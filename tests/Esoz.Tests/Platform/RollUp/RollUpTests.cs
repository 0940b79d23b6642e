using Esoz.Platform.Database;
using Esoz.Platform.RollUp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Esoz.Tests.Platform.RollUp;

/// <summary>The figures of requests and of the queue in the database.</summary>
public sealed class RollUpTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private RollUpTable Table => new(registry.Database);

    private RollUpReader Reader => new(registry.Database);

    [Fact(DisplayName = "A request to a method is in the figures with its client, status and rule; a view of a page is not")]
    public async Task Requests()
    {
        var client = Guid.NewGuid();
        await registry.Given.Client(client, "NHS");
        var token = await registry.Given.Token(client, "x:read");
        await registry.Send("GET", "/api/employee_roles", token);
        await registry.Send("GET", "/no/such/path");
        await registry.Send("GET", "/console/sign-in");
        await registry.Services.GetRequiredService<RollUpWriter>().Write(Ct);

        var mine = await registry.Rows("SELECT method_id, status, rule, requests FROM request_minutes WHERE client_id = $1", client);
        var row = Assert.Single(mine);
        Assert.True((short)row["status"]! >= 400);
        Assert.StartsWith("platform ", (string)row["rule"]!, StringComparison.Ordinal);
        Assert.Equal(1L, row["requests"]);
        Assert.Equal(1L, await registry.Scalar<long>("SELECT sum(requests)::bigint FROM request_minutes WHERE method_id = 'unknown' AND status = 404"));
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM request_minutes WHERE method_id LIKE 'console-%'"));
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM request_minutes WHERE cardinality(durations) <> 14"));
    }

    [Fact(DisplayName = "What two nodes write of one minute is added, also when they write at the same time")]
    public async Task Nodes()
    {
        var (minute, client) = (Minute(90), Guid.NewGuid());
        var counted = Enumerable.Range(0, 40).ToDictionary(
            i => new MinuteKey(minute, new($"method-{i}", client, 200, "")), _ => Counts((2, 3), (13, 1)));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Table.Write(counted, minute, [new("A", 5, 7)], Ct)));

        Assert.Equal(40L * 8 * 4, await registry.Scalar<long>("SELECT sum(requests)::bigint FROM request_minutes WHERE client_id = $1", client));
        Assert.Equal(40L * 8 * 3, await registry.Scalar<long>("SELECT sum(durations[3])::bigint FROM request_minutes WHERE client_id = $1", client));
        Assert.Equal(40L * 8, await registry.Scalar<long>("SELECT sum(durations[14])::bigint FROM request_minutes WHERE client_id = $1", client));
        Assert.Equal(5L, await registry.Scalar<long>("SELECT waiting FROM queue_minutes WHERE minute = $1 AND type = 'A'", minute));
    }

    [Fact(DisplayName = "Minutes of hours that ended long ago become one row each; nothing is lost, later ones stay, and so it is the second time")]
    public async Task Folded()
    {
        var client = Guid.NewGuid();
        var key = new RequestKey("folded", client, 200, "");
        var now = registry.Clock.GetUtcNow().UtcDateTime;
        var old = Hour(now).AddHours(-9);
        var counted = Enumerable.Range(0, 60).ToDictionary(minute => new MinuteKey(old.AddMinutes(minute), key), _ => Counts((1, 2)));
        counted.Add(new(Minute(2), key), Counts((0, 1)));
        await Table.Write(counted, old, [], Ct);

        for (var i = 0; i < 2; i++)
        {
            await Table.Fold(now, Ct);
            Assert.Equal(2L, await registry.Scalar<long>("SELECT count(*) FROM request_minutes WHERE client_id = $1", client));
            Assert.Equal(120L, await registry.Scalar<long>(
                "SELECT durations[2] FROM request_minutes WHERE client_id = $1 AND minute = $2 AND requests = 120", client, old));
        }
        // A node that was cut off writes late.
        await Table.Write(new Dictionary<MinuteKey, long[]> { [new(old.AddMinutes(5), key)] = Counts((1, 1)) }, old, [], Ct);
        await Table.Fold(now, Ct);
        Assert.Equal(121L, await registry.Scalar<long>("SELECT requests FROM request_minutes WHERE client_id = $1 AND minute = $2", client, old));
    }

    [Fact(DisplayName = "What is older than the period is removed; the role of the server may do all of it")]
    public async Task Purged()
    {
        await using var owner = await registry.Database.Source.OpenConnectionAsync(Ct);
        await owner.Execute("SELECT grant_runtime('esoz_server')", Ct);
        await using var database = new PostgresDatabase(
            new NpgsqlConnectionStringBuilder(registry.ConnectionString) { Username = "esoz_server" }.ConnectionString);
        var table = new RollUpTable(database);
        var (old, fresh, key) = (Minute(60 * 24 * 3), Minute(1), new RequestKey("purged", Guid.NewGuid(), 200, ""));
        await table.Write(
            new Dictionary<MinuteKey, long[]> { [new(old, key)] = Counts((0, 1)), [new(fresh, key)] = Counts((0, 1)) },
            old, [new("P", 1, 1)], Ct);

        await table.Fold(registry.Clock.GetUtcNow().UtcDateTime, Ct);
        await table.Purge(TimeSpan.FromDays(2), Ct);

        Assert.Equal([fresh], (await registry.Rows("SELECT minute FROM request_minutes WHERE method_id = 'purged'")).Select(row => row["minute"]));
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM queue_minutes WHERE type = 'P'"));
    }

    [Fact(DisplayName = "What the database does not take waits for the next time")]
    public async Task Outage()
    {
        var (counter, key) = (new RequestCounter(), new RequestKey("outage", Guid.NewGuid(), 200, ""));
        using var writer = new RollUpWriter(counter, () => [], _ => { }, Table, registry.Clock, NullLogger<RollUpWriter>.Instance);
        await registry.Execute("ALTER TABLE request_minutes RENAME TO away");
        counter.Count(key, TimeSpan.FromMilliseconds(3));
        await writer.Write(Ct);
        await registry.Execute("ALTER TABLE away RENAME TO request_minutes");

        counter.Count(key, TimeSpan.FromMilliseconds(3));
        await writer.Write(Ct);

        Assert.Equal(2L, await registry.Scalar<long>("SELECT sum(requests)::bigint FROM request_minutes WHERE method_id = 'outage'"));
    }

    [Fact(DisplayName = "A server that is stopped writes what it has counted")]
    public async Task Stopped()
    {
        var client = Guid.NewGuid();
        await registry.Given.Client(client, "NHS");
        await registry.Send("GET", "/api/employee_roles", await registry.Given.Token(client, "x:read"));

        await registry.StopServer();
        await registry.StartServer();

        Assert.Equal(1L, await registry.Scalar<long>("SELECT sum(requests)::bigint FROM request_minutes WHERE client_id = $1", client));
    }

    [Fact(DisplayName = "The figures are read by status, method, rule, day and part of the day")]
    public async Task Read()
    {
        var (client, other) = (Guid.NewGuid(), Guid.NewGuid());
        var now = Minute(0);
        await Table.Write(new Dictionary<MinuteKey, long[]>
        {
            [new(now, new("read-a", client, 200, ""))] = Counts((0, 6)),
            [new(now, new("read-a", client, 422, "3"))] = Counts((1, 2)),
            [new(now, new("read-a", other, 503, ""))] = Counts((13, 1)),
            [new(now, new("read-b", client, 200, ""))] = Counts((0, 1)),
        }, now, [new("R1", 2, 10), new("R2", 3, 20)], Ct);

        var method = (await Reader.Methods(now, Ct)).Single(it => it.MethodId == "read-a");
        Assert.Equal((9L, 2L, 1L, 6L), (method.Requests, method.Refused, method.Failed, method.Durations[0]));
        Assert.Contains(await Reader.Statuses(now, ["read-b"], Ct), it => it.Status == 422 && it.Hour == Hour(now) && it.Requests >= 2);
        Assert.Contains(new RuleRefusals("read-a", 422, "3", client, 2), await Reader.Refusals(now, now.AddMinutes(1), Ct));
        Assert.Equal([new ClientDay(DateOnly.FromDateTime(now), client, 7)], await Reader.Successes(now, ["read-a", "read-b"], Ct));
        var point = (await Reader.Queue(now, TimeSpan.FromMinutes(10), Ct))[^1];
        Assert.True(point.Waiting >= 5 && point.OldestSeconds >= 20);
    }

    /// <summary>The minute of so many minutes ago.</summary>
    private DateTime Minute(int ago)
    {
        var at = registry.Clock.GetUtcNow().UtcDateTime.AddMinutes(-ago);
        return new(at.Ticks - (at.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Utc);
    }

    private static DateTime Hour(DateTime at) => new(at.Ticks - (at.Ticks % TimeSpan.TicksPerHour), DateTimeKind.Utc);

    private static long[] Counts(params (int Place, long Requests)[] counted)
    {
        var counts = new long[Durations.Places];
        foreach (var (place, requests) in counted)
            counts[place] = requests;
        return counts;
    }
}
