using Esoz.Platform.Database;
using Esoz.Platform.Telemetry;
using Npgsql;

namespace Esoz.Platform.Http;

/// <summary>
/// Destination of the writes of one request: pooled connections, each write in its own transaction; or, when the answer is to be stored
/// (<see cref="Idempotency"/>), one transaction together with the stored answer.
/// </summary>
public sealed class Work(PostgresDatabase database, string origin = "", NpgsqlConnection? held = null)
{
    /// <summary>
    /// Whether a record was changed. Then the audit log tells who did it, through which client, and in which request: the row is part of
    /// the same transaction.
    /// </summary>
    internal bool IsOnRecord { get; set; }

    public static ValueTask<Work?> BindAsync(HttpContext context)
    {
        var work = context.Features.Get<Work>();
        if (work is null)
            context.Features.Set(work = new(context.RequestServices.GetRequiredService<PostgresDatabase>(), Origin.Of(context)));
        return new(work);
    }

    /// <summary>The same for a client that was not known when the request began (<see cref="Origin.WithClient"/>).</summary>
    public Work Of(Guid client) => new(database, Origin.WithClient(origin, client), held);

    /// <summary>One statement or batch, which is its own transaction unless it joins the request's.</summary>
    public async Task<Steps> Open(CancellationToken ct)
    {
        if (held is not null)
            return new(held, origin, null, null);
        var own = await database.OpenForWrite(ct);
        return new(own.Connection, origin, own, null);
    }

    /// <summary>Several statements in one transaction.</summary>
    public async Task<Steps> Begin(CancellationToken ct)
    {
        if (held is not null)
            return new(held, origin, null, null);
        var own = await database.OpenForWrite(ct);
        return new(own.Connection, origin, own, await own.Connection.BeginTransactionAsync(ct));
    }

    /// <summary>
    /// Statements on <see cref="Connection"/>. Their changes may be acknowledged after <see cref="Commit"/>; those of a transaction are
    /// rolled back without it.
    /// </summary>
    public sealed class Steps(NpgsqlConnection connection, string origin, WriteConnection? own, NpgsqlTransaction? transaction)
        : IAsyncDisposable
    {
        public NpgsqlConnection Connection => connection;

        /// <summary>Where the changes come from (<see cref="Http.Origin"/>); empty = not from a request.</summary>
        public string Origin => origin;

        /// <summary>
        /// The first statements of a transaction: the batch tells the database where its changes come from, and its first result says no
        /// more.
        /// </summary>
        public NpgsqlBatch FirstBatch()
        {
            var batch = connection.CreateBatch();
            batch.BatchCommands.Add(PostgresDatabase.BatchCommand($"SELECT {Http.Origin.Set("$1")}", origin));
            return batch;
        }

        /// <summary>Commits only its own transaction; a joined transaction is committed by its owner.</summary>
        /// <exception cref="CommitNotReplicatedException"/>
        public async Task Commit(CancellationToken ct)
        {
            if (transaction is not null)
            {
                using (RequestTimes.Statement())
                    await transaction.CommitAsync(ct);
            }
            own?.EnsureReplicated();
        }

        public async ValueTask DisposeAsync()
        {
            if (transaction is not null)
                await transaction.DisposeAsync();
            if (own is not null)
                await own.DisposeAsync();
        }
    }
}
