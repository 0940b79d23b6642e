using System.Diagnostics.Metrics;
using System.Globalization;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Http;

/// <summary>
/// Which reads go to the replica: those that declare it by <see cref="ReadDatabase"/>, and on a read-only node those of all methods.
/// </summary>
public sealed class ReadRouting
{
    private readonly ReadReplica _replica;
    private readonly RecentChanges _changes;
    private readonly bool _isReadOnly;
    private readonly ReadDatabase _ofPrimary;
    private readonly Counter<long> _reads;

    public ReadRouting(
        PostgresDatabase primary, ReadReplica replica, RecentChanges changes, bool isReadOnly, IMeterFactory meters)
    {
        (_replica, _changes, _isReadOnly, _ofPrimary) = (replica, changes, isReadOnly, new(primary, IsReplica: false));
        _reads = meters.Create("Esoz").CreateCounter<long>("esoz.replica.reads", "{request}",
            "Requests that may be answered from the read replica, by where they were: replica or primary, and why.");
    }

    /// <summary>Adds to the route of a card what it needs for the replica; nothing when none is configured.</summary>
    public void Follow(RouteHandlerBuilder route, MethodCard card) =>
        Follow(route, mayLag: card.MayLag || (_isReadOnly && HttpMethods.IsGet(card.Verb)), card.TellsOfChanges);

    /// <summary>The same for a page, whose user counts as a client.</summary>
    public void Follow(RouteHandlerBuilder route, PageRoute page) => Follow(route, page.MayLag, page.Changes);

    private void Follow(RouteHandlerBuilder route, bool mayLag, bool tellsOfChanges)
    {
        if (!_replica.IsConfigured)
            return;
        if (mayLag)
            route.AddEndpointFilter(Read);
        if (tellsOfChanges)
            route.AddEndpointFilter(Remember);
    }

    internal ReadDatabase Choose(HttpContext context)
    {
        if (!_replica.IsConfigured)
            return _ofPrimary;
        if (_replica is { IsOutage: true, Lag: { } age })
        {
            // For how long nobody has known of changes (RFC 9111 §5.1).
            context.Response.Headers.Age = Math.Ceiling(age.TotalSeconds).ToString("F0", CultureInfo.InvariantCulture);
            return FromReplica(_replica.Database!, "outage");
        }
        if (_replica.Usable is not { } usable)
            return FromPrimary("lag");
        // Who is not known was not told of a change, either.
        return ClientOf(context) is { } client && !_changes.IsOver(client) ? FromPrimary("recent change") : FromReplica(usable, "");
    }

    /// <summary>
    /// Gives the handler its database, and when that is the replica and fails for a reason of its own, the primary instead.
    /// </summary>
    private async ValueTask<object?> Read(EndpointFilterInvocationContext request, EndpointFilterDelegate next)
    {
        var at = 0;
        while (at < request.Arguments.Count && request.Arguments[at] is not (ReadDatabase or PostgresDatabase))
            at++;
        if (at == request.Arguments.Count)
            return await next(request);
        var read = request.Arguments[at] as ReadDatabase ?? Choose(request.HttpContext);
        Give(read);
        try
        {
            return await next(request);
        }
        catch (NpgsqlException fault) when (read.IsReplica && !_replica.IsOutage && ReplicaFaults.Of(fault) is { } kind)
        {
            if (kind == ReplicaFault.Outage)
                _replica.Lose(fault);
            Give(FromPrimary("fault"));
            return await next(request);
        }

        void Give(ReadDatabase given) => request.Arguments[at] = request.Arguments[at] is ReadDatabase ? (object)given : given.Database;
    }

    /// <summary>The change is committed, and the client does not know it yet: a reply is written after its filters.</summary>
    private async ValueTask<object?> Remember(EndpointFilterInvocationContext request, EndpointFilterDelegate next)
    {
        var reply = await next(request);
        // Without the primary there are no changes to tell of, and nobody hears.
        if (!_replica.IsOutage && ClientOf(request.HttpContext) is { } client)
            await _changes.Remember(client, request.HttpContext.RequestAborted);
        return reply;
    }

    private ReadDatabase FromReplica(PostgresDatabase replica, string reason)
    {
        _reads.Add(1, new KeyValuePair<string, object?>("database", "replica"), new("reason", reason));
        return new(replica, IsReplica: true);
    }

    private ReadDatabase FromPrimary(string reason)
    {
        _reads.Add(1, new KeyValuePair<string, object?>("database", "primary"), new("reason", reason));
        return _ofPrimary;
    }

    /// <summary>Of a page, its user.</summary>
    private static Guid? ClientOf(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<PageRoute>() is not null
        ? Identified.Of(context)?.UserId
        : context.Features.Get<Caller>()?.ClientId ?? context.Features.Get<KeyHolder>()?.ClientId;
}
