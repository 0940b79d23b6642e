using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Http;

/// <summary>
/// Destination of the writes of one request: pooled connections, each write in its own transaction; or, when the answer is to be stored
/// (<see cref="Idempotency"/>), one transaction together with the stored answer.
/// </summary>
public sealed class Work(PostgresDatabase database, NpgsqlConnection? held = null)
{
    public static ValueTask<Work?> BindAsync(HttpContext context) =>
        new(context.Features.Get<Work>() ?? new Work(context.RequestServices.GetRequiredService<PostgresDatabase>()));

    /// <summary>One statement, with positional parameters <c>$1…</c></summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<object?> values) =>
        held is null ? database.Command(sql, values) : PostgresDatabase.Command(held, sql, values);

    /// <summary>Several statements in one round trip and one transaction.</summary>
    public NpgsqlBatch Batch() => held is null ? database.Source.CreateBatch() : new NpgsqlBatch(held);

    /// <summary>Several statements in one transaction.</summary>
    public async Task<Steps> Begin(CancellationToken ct)
    {
        if (held is not null)
            return new(held, null);
        var connection = await database.Source.OpenConnectionAsync(ct);
        return new(connection, await connection.BeginTransactionAsync(ct));
    }

    /// <summary>Statements on <see cref="Connection"/>; their changes are rolled back unless they are committed.</summary>
    public sealed class Steps(NpgsqlConnection connection, NpgsqlTransaction? own) : IAsyncDisposable
    {
        public NpgsqlConnection Connection => connection;

        /// <summary>Commits only its own transaction; a joined transaction is committed by its owner.</summary>
        public Task Commit(CancellationToken ct) => own?.CommitAsync(ct) ?? Task.CompletedTask;

        public async ValueTask DisposeAsync()
        {
            if (own is null)
                return;
            await own.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
