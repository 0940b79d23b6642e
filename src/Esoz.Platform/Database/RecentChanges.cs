using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// Clients, and users of the console, that were told of a change a short while ago, on whatever node: they read from the primary until a
/// replica within its bound must have the change. A node tells the others by NOTIFY before it answers, at most once a second for each
/// client.
/// </summary>
public sealed class RecentChanges(PostgresDatabase database, ReadReplica replica, TimeProvider clock, ILogger<RecentChanges> log)
{
    private const string Channel = "client_changes";

    /// <summary>Time between two notices of one client.</summary>
    private static readonly TimeSpan NoticeInterval = TimeSpan.FromSeconds(1);

    /// <summary>Time stamps of the last change that was told to a client, and of the last notice of it.</summary>
    private readonly ConcurrentDictionary<Guid, (long At, long NoticedAt)> _clients = new();

    /// <summary>When this node began to hear the others; 0 = it does not.</summary>
    private long _heardSince;

    /// <summary>
    /// Whether a replica within its bound has all that the client was told. A notice may be about a change that comes up to an interval
    /// later, and takes a moment.
    /// </summary>
    public bool IsOver(Guid client)
    {
        var patience = replica.MaxLag + (2 * NoticeInterval);
        var heardSince = Interlocked.Read(ref _heardSince);
        return heardSince != 0 && Stopwatch.GetElapsedTime(heardSince) > patience
            && !(_clients.TryGetValue(client, out var told) && Stopwatch.GetElapsedTime(told.At) <= patience);
    }

    /// <summary>Call it when a change of the client is committed, before the client is told.</summary>
    public async ValueTask Remember(Guid client, CancellationToken ct)
    {
        var now = Stopwatch.GetTimestamp();
        var mustNotice = true;
        _clients.AddOrUpdate(client, (now, now), (_, told) =>
        {
            mustNotice = Stopwatch.GetElapsedTime(told.NoticedAt, now) >= NoticeInterval;
            return (now, mustNotice ? now : told.NoticedAt);
        });
        if (!mustNotice)
            return;
        try
        {
            await database.Command("SELECT pg_notify($1, $2)", Channel, client.ToString()).Execute(ct);
        }
        catch (NpgsqlException fault)
        {
            log.LogWarning(fault, "Cannot tell other nodes of a change: this client may read what was before it there, for {MaxLag} s at most",
                replica.MaxLag.TotalSeconds);
        }
    }

    /// <summary>Hears the notices of all nodes, and forgets what is over, until <paramref name="ct"/> is cancelled.</summary>
    public async Task Listen(CancellationToken ct)
    {
        await new NotificationListener(database, Channel, clock, log).Listen(
            heard: text =>
            {
                if (Guid.TryParse(text, out var client))
                    _clients.AddOrUpdate(
                        client, _ => (Stopwatch.GetTimestamp(), 0), (_, told) => (Stopwatch.GetTimestamp(), told.NoticedAt));
            },
            connected: () => Interlocked.Exchange(ref _heardSince, Stopwatch.GetTimestamp()),
            lost: () => Interlocked.Exchange(ref _heardSince, 0), ct);
    }

    public void ForgetOld()
    {
        foreach (var (client, told) in _clients)
        {
            if (Stopwatch.GetElapsedTime(told.At) > replica.MaxLag + (3 * NoticeInterval))
                _clients.TryRemove(new(client, told));
        }
    }
}
