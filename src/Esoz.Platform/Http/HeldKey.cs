using Esoz.Platform.Database;
using Esoz.Platform.Journal;
using Npgsql;

namespace Esoz.Platform.Http;

/// <summary>The answer to the first request with a key.</summary>
/// <param name="RequestHash">Hash of that request (<see cref="Body.HashWith"/>).</param>
internal sealed record RememberedAnswer(byte[] RequestHash, int Status, byte[] Answer);

/// <summary>
/// An idempotency key and the transaction in which a request holds it. A second request with the key waits until the first one has stored
/// its answer or released the key.
/// </summary>
internal sealed class HeldKey : IAsyncDisposable
{
    private readonly WriteConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly Guid _client;
    private readonly string _key;

    private HeldKey(WriteConnection connection, NpgsqlTransaction transaction, Guid client, string key) =>
        (_connection, _transaction, _client, _key) = (connection, transaction, client, key);

    public NpgsqlConnection Connection => _connection.Connection;

    /// <summary>The answer to an earlier request with the key; null when this request holds the key.</summary>
    public RememberedAnswer? Remembered { get; private set; }

    /// <summary>Row of the access journal, to be written when the transaction is committed; null for a refusal.</summary>
    public JournalRow? Row { get; set; }

    public static async Task<HeldKey> Claim(PostgresDatabase database, Guid client, string key, byte[] hash, CancellationToken ct)
    {
        var connection = await database.OpenForWrite(ct);
        try
        {
            var held = new HeldKey(connection, await connection.Connection.BeginTransactionAsync(ct), client, key);
            if (!await held.Insert(hash, ct))
                held.Remembered = await held.Find(ct);
            return held;
        }
        catch
        {
            // Rolls the transaction back.
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Commits the writes on <see cref="Connection"/> together with the answer.</summary>
    public async Task Remember(int status, byte[] answer, CancellationToken ct)
    {
        await PostgresDatabase.Command(Connection,
            "UPDATE idempotency_keys SET status = $3, answer = $4 WHERE client_id = $1 AND key = $2", _client, _key, status, answer).Execute(ct);
        await Commit(ct);
    }

    /// <summary>
    /// Commits before a stored answer is repeated. <see cref="Find"/> has written, so this commit waits for the standbys and with it
    /// everything that was committed earlier, the first request included.
    /// </summary>
    public async Task Commit(CancellationToken ct)
    {
        await _transaction.CommitAsync(ct);
        _connection.EnsureReplicated();
    }

    public Task Release(CancellationToken ct) => _transaction.RollbackAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <returns>True when this request now holds the key. Waits while another transaction holds it.</returns>
    private async Task<bool> Insert(byte[] hash, CancellationToken ct) => await PostgresDatabase.Command(Connection, """
        INSERT INTO idempotency_keys AS used (client_id, key, request_hash, inserted_at) VALUES ($1, $2, $3, now())
        ON CONFLICT (client_id, key) DO UPDATE
           SET request_hash = excluded.request_hash, inserted_at = excluded.inserted_at, status = NULL, answer = NULL
         WHERE used.inserted_at < now() - $4
        """, _client, _key, hash, Idempotency.Kept).Execute(ct) > 0;

    private async Task<RememberedAnswer> Find(CancellationToken ct) => (await PostgresDatabase.Command(Connection,
        "UPDATE idempotency_keys SET status = status WHERE client_id = $1 AND key = $2 RETURNING request_hash, status, answer",
        _client, _key)
        .ReadOne(row => new RememberedAnswer(row.GetFieldValue<byte[]>(0), row.GetInt32(1), row.GetFieldValue<byte[]>(2)), ct))!;
}
