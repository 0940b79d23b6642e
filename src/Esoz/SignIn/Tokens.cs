using System.Text.Json;
using Esoz.Platform.Access;
using Esoz.Platform.Json;
using Npgsql;

namespace Esoz.SignIn;

/// <summary>A token to be issued.</summary>
/// <param name="Name">One of <see cref="TokenName"/>.</param>
public sealed record NewToken(string Name, Guid UserId, TimeSpan Lifetime, TokenDetails Details);

/// <summary>
/// Rows of <c>tokens</c>: writes a token of sign-in and finds it again (sign-in §4). Codes and what is issued for them are written by
/// guarded statements (<see cref="Authorization"/>, <see cref="TokenExchange"/>).
/// </summary>
public static class Tokens
{
    private static readonly RowMap<StoredToken> Row = new RowMap<StoredToken>("token") { Joins = "JOIN users ON users.id = token.user_id" }
        .Column(token => token.Details, "token.details", Read)
        .Column(token => token.IsExpired, "token.expires_at <= extract(epoch FROM now())")
        .Column(token => token.IsOfNow, $"token.inserted_at > now() - interval '{SignInOptions.StepLifetime.TotalSeconds} seconds'")
        .Column(token => token.UserIsBlocked, "users.is_blocked");

    private static readonly string Sql =
        $"SELECT {Row.Columns} FROM tokens token {Row.Joins} WHERE token.value_hash = $1::bpchar ORDER BY token.name LIMIT 1";

    /// <summary>The token with this value; null when there is none. Expired ones are found until they are purged.</summary>
    public static async Task<StoredToken?> Find(PostgresDatabase database, SecretHash hash, CancellationToken ct) =>
        await Row.ReadOne(database.Command(Sql, hash.Hex), ct);

    /// <summary>The same by the id, in a transaction: the token stays locked until its end.</summary>
    public static async Task<StoredToken?> Lock(NpgsqlConnection connection, Guid id, CancellationToken ct) => await Row.ReadOne(
        PostgresDatabase.Command(connection, $"SELECT {Row.Columns} FROM tokens token {Row.Joins} WHERE token.id = $1 FOR UPDATE OF token", id),
        ct);

    /// <summary>Ends it: nobody can use it any more.</summary>
    public static Task End(NpgsqlConnection connection, Guid id, CancellationToken ct) => PostgresDatabase.Command(connection,
        "UPDATE tokens SET expires_at = floor(extract(epoch FROM now()))::bigint WHERE id = $1", id).Execute(ct);

    /// <summary>
    /// The first statement of a transaction of SIGN-IN: audit rows get user, client, request and address. The user is the one who signs in,
    /// because there is no other author.
    /// </summary>
    public static Task Author(Work.Steps steps, Guid user, Guid client, CancellationToken ct) => PostgresDatabase.Command(steps.Connection,
        "SELECT set_config('app.actor_id', $1, true), set_config('app.origin', $2, true)",
        user.ToString(), Origin.WithClient(steps.Origin, client)).Execute(ct);

    /// <summary>Writes the row, with the SHA-256 of the value only, in the transaction of the connection.</summary>
    public static async Task<SignInToken> Insert(NpgsqlConnection connection, NewToken token, CancellationToken ct)
    {
        var (id, value) = (Guid.NewGuid(), SecretHash.NewSecret());
        var expiresAt = await PostgresDatabase.Command(connection, """
            INSERT INTO tokens (id, name, value_hash, user_id, expires_at, details, inserted_at)
            VALUES ($1, $2, $3, $4, floor(extract(epoch FROM now() + $5))::bigint, $6::jsonb, now())
            RETURNING expires_at
            """,
            id, token.Name, SecretHash.Of(value).Hex, token.UserId, token.Lifetime,
            JsonSerializer.Serialize(token.Details, IlDialect.Json)).ReadValue<long>(ct);
        return new(value, token.UserId, token.Name, id, expiresAt, token.Details);
    }

    private static TokenDetails Read(RawJson details) => JsonSerializer.Deserialize<TokenDetails>(details.Utf8.Span, IlDialect.Json)!;
}
