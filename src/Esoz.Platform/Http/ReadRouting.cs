using System.Diagnostics.Metrics;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Http;

/// <summary>Which reads go to the replica.</summary>
public sealed class ReadRouting
{
    private readonly ReadReplica _replica;
    private readonly RecentChanges _changes;
    private readonly ReadDatabase _ofPrimary;
    private readonly Counter<long> _reads;

    public ReadRouting(PostgresDatabase primary, ReadReplica replica, RecentChanges changes, IMeterFactory meters)
    {
        (_replica, _changes, _ofPrimary) = (replica, changes, new(primary, IsReplica: false));
        _reads = meters.Create("Esoz").CreateCounter<long>("esoz.replica.reads", "{request}",
            "Requests that may be answered from the read replica, by where they were: replica or primary, and why.");
    }

    /// <summary>Adds to the route of a card what it needs for the replica; nothing when none is configured.</summary>
    public void Follow(RouteHandlerBuilder route, MethodCard card)
    {
        if (!_replica.IsConfigured)
            return;
        if (card.MayLag)
            route.AddEndpointFilter(FallBack);
        else if (card.TellsOfChanges)
            route.AddEndpointFilter(Remember);
    }

    internal ReadDatabase Choose(HttpContext context)
    {
        if (!_replica.IsConfigured)
            return _ofPrimary;
        if (_replica.Usable is not { } usable)
            return FromPrimary("lag");
        if (ClientOf(context) is not { } client || !_changes.IsOver(client))
            return FromPrimary("recent change");
        _reads.Add(1, new KeyValuePair<string, object?>("database", "replica"), new("reason", ""));
        return new(usable, IsReplica: true);
    }

    /// <summary>What fails on the replica for a reason of its own is read from the primary instead.</summary>
    private async ValueTask<object?> FallBack(EndpointFilterInvocationContext request, EndpointFilterDelegate next)
    {
        try
        {
            return await next(request);
        }
        catch (NpgsqlException fault) when (ReplicaFaults.Of(fault) is { } kind
            && request.Arguments.OfType<ReadDatabase>().SingleOrDefault() is { IsReplica: true } read)
        {
            if (kind == ReplicaFault.Outage)
                _replica.Lose(fault);
            request.Arguments[request.Arguments.IndexOf(read)] = FromPrimary("fault");
            return await next(request);
        }
    }

    /// <summary>The change is committed, and the client does not know it yet: a reply is written after its filters.</summary>
    private async ValueTask<object?> Remember(EndpointFilterInvocationContext request, EndpointFilterDelegate next)
    {
        var reply = await next(request);
        if (ClientOf(request.HttpContext) is { } client)
            await _changes.Remember(client, request.HttpContext.RequestAborted);
        return reply;
    }

    private ReadDatabase FromPrimary(string reason)
    {
        _reads.Add(1, new KeyValuePair<string, object?>("database", "primary"), new("reason", reason));
        return _ofPrimary;
    }

    private static Guid? ClientOf(HttpContext context) =>
        context.Features.Get<Caller>()?.ClientId ?? context.Features.Get<KeyHolder>()?.ClientId;
}
