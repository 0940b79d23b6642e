using System.Text.Json;

namespace Esoz.OperatorConsole;

/// <summary>The table <c>console_actions</c>.</summary>
/// <param name="database">For changes that of the user (<see cref="ConsoleServices.By"/>).</param>
public sealed class ConsoleActionTable(PostgresDatabase database)
{
    /// <summary>Key of the lock that a running action of a kind holds in a session of its own.</summary>
    private const string Lock = "hashtext('esoz.console'), hashtext($1)";

    /// <returns>Id of the action.</returns>
    public async Task<Guid> Begin(string kind, Guid user, CancellationToken ct)
    {
        var id = Guid.NewGuid();
        await database.Write("INSERT INTO console_actions (id, kind, user_id) VALUES ($1, $2, $3)", ct, id, kind, user);
        return id;
    }

    /// <summary>Says how far it is.</summary>
    public Task Tell(Guid id, IEnumerable<PartDone> progress, CancellationToken ct) => database.Command(
        "UPDATE console_actions SET progress = $2::jsonb WHERE id = $1",
        id, JsonSerializer.Serialize(progress, JsonSerializerOptions.Web)).Execute(ct);

    public Task Finish(Guid id, ActionResult result, CancellationToken ct) => database.Write("""
        UPDATE console_actions SET finished_at = now(), end_state = $2, report = $3::jsonb WHERE id = $1 AND finished_at IS NULL
        """, ct, id, result.EndState, result.Report is { } report ? JsonSerializer.Serialize(report, JsonSerializerOptions.Web) : null);

    /// <summary>The last action of a kind; null before the first.</summary>
    public Task<ConsoleAction?> Last(string kind, CancellationToken ct) => database.Command("""
        SELECT id, kind, user_id, inserted_at, progress::text, finished_at, end_state, report::text,
               finished_at IS NULL AND EXISTS (
                 SELECT FROM pg_locks
                  WHERE locktype = 'advisory' AND objsubid = 2 AND granted
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    AND classid = hashtext('esoz.console')::oid AND objid = hashtext($1)::oid)
          FROM console_actions
         WHERE kind = $1
         ORDER BY inserted_at DESC
         LIMIT 1
        """, kind).ReadOne(row => new ConsoleAction(row.GetGuid(0), row.GetString(1), row.GetGuid(2), row.GetDateTime(3), row.GetBoolean(8),
            row.Text(4) is { } progress ? JsonSerializer.Deserialize<PartDone[]>(progress, JsonSerializerOptions.Web)! : [],
            row.IsDBNull(5) ? null : row.GetDateTime(5), row.Text(6), row.Text(7) is { } report ? JsonElement.Parse(report) : null), ct);

    /// <summary>
    /// Takes the right to run an action of a kind, which ends with the connection; null while somebody has it. Actions that a process left
    /// behind are then marked.
    /// </summary>
    public async Task<IAsyncDisposable?> TryLock(string kind, CancellationToken ct)
    {
        var session = await database.OpenSession(ct);
        try
        {
            if (!await PostgresDatabase.Command(session, $"SELECT pg_try_advisory_lock({Lock})", kind).ReadValue<bool>(ct))
            {
                await session.DisposeAsync();
                return null;
            }
            await database.Write($"""
                UPDATE console_actions SET finished_at = now(), end_state = '{ConsoleActionEndState.Interrupted}'
                 WHERE kind = $1 AND finished_at IS NULL
                """, ct, kind);
            return new Held(session, kind);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private sealed class Held(Npgsql.NpgsqlConnection session, string kind) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            // The server ends a closed session and releases its locks only after a short delay.
            if (session.State == System.Data.ConnectionState.Open)
                await PostgresDatabase.Command(session, $"SELECT pg_advisory_unlock({Lock})", kind).Execute(CancellationToken.None);
            await session.DisposeAsync();
        }
    }
}
