using Esoz.Platform.Telemetry;
using Npgsql;

namespace Esoz.SignIn;

/// <summary>What a user has allowed a client.</summary>
/// <param name="Since">Day of the first approval, in Ukraine.</param>
public sealed record GrantedApproval(Guid ClientId, string ClientName, string Scope, string Since);

/// <summary>A session of a user, or a token that belongs to none, while it opens something.</summary>
/// <param name="Id">Of the session, or of the token.</param>
/// <param name="System">The MIS in which the user works; null = not known.</param>
/// <param name="Since">Beginning and <paramref name="Renewed"/>: day and time in Ukraine.</param>
public sealed record OpenSession(Guid Id, string ClientName, string? System, string Since, string Renewed);

/// <summary>
/// What a user sees of the own access and may end (sign-in §5, ASVS 5.0, 7.5.2, 10.4.9, 10.7.3). Other users' rows are as if they were not
/// there.
/// </summary>
public sealed class UserAccess(PostgresDatabase database)
{
    private const string InUkraine = "AT TIME ZONE 'Europe/Kyiv'";

    private const string ApprovalsSql = $"""
        SELECT client.id, client.name, app.scope, to_char(app.inserted_at {InUkraine}, 'DD.MM.YYYY')
          FROM apps app JOIN clients client ON client.id = app.client_id
         WHERE app.user_id = $1
         ORDER BY client.name, client.id
        """;

    private const string SessionsSql = $"""
        SELECT coalesce(token.session_id, token.id), min(client.name), min(consumer.name),
               to_char(min(coalesce(code.inserted_at, token.inserted_at)) {InUkraine}, 'DD.MM.YYYY HH24:MI'),
               to_char(max(token.inserted_at) {InUkraine}, 'DD.MM.YYYY HH24:MI')
          FROM tokens token
          JOIN clients client ON client.id = (token.details ->> 'client_id')::uuid
          LEFT JOIN tokens code ON code.id = token.session_id
          LEFT JOIN connections connection ON connection.id = token.connection_id
          LEFT JOIN clients consumer ON consumer.id = connection.consumer_id
         WHERE token.user_id = $1 AND token.name IN ('{TokenName.Access}', '{TokenName.Refresh}')
           AND token.expires_at > extract(epoch FROM now())
         GROUP BY coalesce(token.session_id, token.id)
         ORDER BY max(token.inserted_at) DESC, 1
        """;

    public async Task<IReadOnlyList<GrantedApproval>> Approvals(Guid user, CancellationToken ct) => await Read(
        ApprovalsSql, user, row => new GrantedApproval(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3)), ct);

    /// <summary>The one that was renewed last first.</summary>
    public async Task<IReadOnlyList<OpenSession>> Sessions(Guid user, CancellationToken ct) => await Read(
        SessionsSql, user,
        row => new OpenSession(
            row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3), row.GetString(4)), ct);

    /// <summary>Ends one session of the user.</summary>
    /// <param name="client">Where the user does it.</param>
    public static Task EndSession(Work work, Guid user, Guid client, Guid session, CancellationToken ct) => Change(work, user, client, [
        PostgresDatabase.BatchCommand(
            "SELECT end_session($2, $1) WHERE EXISTS (SELECT FROM tokens WHERE user_id = $1 AND session_id = $2)", user, session),
        PostgresDatabase.BatchCommand("""
            UPDATE tokens SET expires_at = floor(extract(epoch FROM now()))::bigint
             WHERE id = $2 AND user_id = $1 AND session_id IS NULL AND expires_at > extract(epoch FROM now())
            """, user, session),
    ], ct);

    /// <summary>Ends all of them; approvals stay.</summary>
    public static Task EndSessions(Work work, Guid user, Guid client, CancellationToken ct) => Change(work, user, client, [
        // Who exchanges a code or refreshes a token at this moment holds the approval (db/0037).
        PostgresDatabase.BatchCommand("SELECT FROM apps WHERE user_id = $1 ORDER BY id FOR UPDATE", user),
        PostgresDatabase.BatchCommand("""
            UPDATE tokens SET expires_at = floor(extract(epoch FROM now()))::bigint
             WHERE user_id = $1 AND expires_at > extract(epoch FROM now()) AND (name <> 'authorization_code' OR used_at IS NULL)
            """, user),
    ], ct);

    /// <summary>Takes back what a client was allowed; the user's sessions there end by a trigger.</summary>
    public static Task Withdraw(Work work, Guid user, Guid client, Guid allowed, CancellationToken ct) => Change(work, user, client,
        [PostgresDatabase.BatchCommand("DELETE FROM apps WHERE user_id = $1 AND client_id = $2", user, allowed)], ct);

    private static async Task Change(Work work, Guid user, Guid client, NpgsqlBatchCommand[] commands, CancellationToken ct)
    {
        await using var steps = await work.Begin(ct);
        await Tokens.Author(steps, user, client, ct);
        await using var batch = steps.Connection.CreateBatch();
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        using (RequestTimes.Statement())
            await batch.ExecuteNonQueryAsync(ct);
        await steps.Commit(ct);
    }

    private async Task<List<T>> Read<T>(string sql, Guid user, Func<NpgsqlDataReader, T> read, CancellationToken ct)
    {
        await using var command = database.Command(sql, user);
        using var timing = RequestTimes.Statement();
        await using var row = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await row.ReadAsync(ct))
            rows.Add(read(row));
        return rows;
    }
}
