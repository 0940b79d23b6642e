using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Platform.Http;

/// <summary>
/// Where the writes of one request go: to connections of the pool, each a transaction of its own; or, when the answer is to be remembered
/// (<see cref="Idempotency"/>), into one transaction together with what remembers it.
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

    /// <summary>Statements on <see cref="Connection"/>; nothing of them stays unless it is committed.</summary>
    public sealed class Steps(NpgsqlConnection connection, NpgsqlTransaction? own) : IAsyncDisposable
    {
        public NpgsqlConnection Connection => connection;

        /// <summary>In a transaction that is not ours, whoever began it commits.</summary>
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
