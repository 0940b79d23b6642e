using Esoz.Platform.Database;
using Microsoft.AspNetCore.Http.Features;
using Npgsql;

namespace Esoz.Platform.Http;

/// <summary>
/// The header <c>Idempotency-Key</c> on methods that create (IETF draft-ietf-httpapi-idempotency-key-header): a request that is sent again with
/// its key is answered as it was the first time, and nothing is created again. What is created and the answer are committed together, so this
/// holds whenever and whoever dies. A twin that comes while the first is under way waits for it.
/// </summary>
/// <remarks>
/// Keys are the client's own and live for <see cref="Kept"/>. Only successes are remembered: what was refused left nothing behind, and is looked
/// at anew. A request without the header costs nothing.
/// </remarks>
public sealed class Idempotency(RequestDelegate next, PostgresDatabase database)
{
    public const string Header = "Idempotency-Key";
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private const string ReplayedHeader = "Idempotency-Replayed";
    private const int LongestKey = 255;

    private static readonly Validation KeyIsSound = new("–", $"{Header}, when it is sent, is one of 1 to 255 visible ASCII characters",
        Fault("format", "must be 1 to 255 visible ASCII characters"));

    private static readonly Validation KeyIsOfThisRequest = new("–", $"{Header} was not used for another request within 24 hours",
        Fault("invalid", "was used for another request"));

    /// <summary>What can end a request before the method sees it.</summary>
    internal static IReadOnlyList<Validation> Checks { get; } = [KeyIsSound, KeyIsOfThisRequest];

    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<MethodCard>() is { IsIdempotent: true } && context.Request.Headers.TryGetValue(Header, out var sent)
            ? Remember(context, KeyOf(sent), context.RequestAborted)
            : next(context);

    private async Task Remember(HttpContext context, string? key, CancellationToken ct)
    {
        if (key is null)
        {
            await Dialect.Of(context).WriteRefusal(context, KeyIsSound);
            return;
        }
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var client = context.Features.GetRequiredFeature<Caller>().ClientId;
        var hash = context.Features.GetRequiredFeature<Body>().HashWith(context.Request);
        if (await Claim(connection, client, key, hash, ct))
            await Carry(context, connection, transaction, client, key, ct);
        else
            await Answer(context, await Find(connection, client, key, ct), hash);
    }

    /// <summary>Runs the method inside the transaction that holds the key, and remembers its answer when it is a success.</summary>
    private async Task Carry(HttpContext context, NpgsqlConnection connection, NpgsqlTransaction transaction, Guid client, string key, CancellationToken ct)
    {
        context.Features.Set(new Work(database, connection));
        var wire = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var answer = new MemoryStream();
        var kept = new StreamResponseBodyFeature(answer);
        context.Features.Set<IHttpResponseBodyFeature>(kept);
        try
        {
            await next(context);
            await kept.CompleteAsync();
        }
        finally
        {
            context.Features.Set(wire);
        }
        if (context.Response.StatusCode < StatusCodes.Status300MultipleChoices)
        {
            await using var command = PostgresDatabase.Command(connection, "UPDATE idempotency_keys SET status = $3, answer = $4 WHERE client_id = $1 AND key = $2",
                client, key, context.Response.StatusCode, answer.ToArray());
            await command.ExecuteNonQueryAsync(ct);
            await transaction.CommitAsync(ct);
        }
        else
        {
            await transaction.RollbackAsync(ct);
        }
        await wire.Writer.WriteAsync(answer.GetBuffer().AsMemory(0, (int)answer.Length), ct);
    }

    private static Task Answer(HttpContext context, Remembered remembered, byte[] hash)
    {
        if (!remembered.RequestHash.AsSpan().SequenceEqual(hash))
            return Dialect.Of(context).WriteRefusal(context, KeyIsOfThisRequest);
        var response = context.Response;
        response.StatusCode = remembered.Status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = remembered.Answer.Length;
        response.Headers[ReplayedHeader] = "true";
        return response.Body.WriteAsync(remembered.Answer, context.RequestAborted).AsTask();
    }

    /// <returns>True when the key is this request's now. Waits while another transaction holds it.</returns>
    private static async Task<bool> Claim(NpgsqlConnection connection, Guid client, string key, byte[] hash, CancellationToken ct)
    {
        await using var command = PostgresDatabase.Command(connection, """
            INSERT INTO idempotency_keys AS used (client_id, key, request_hash, inserted_at) VALUES ($1, $2, $3, now())
            ON CONFLICT (client_id, key) DO UPDATE
               SET request_hash = excluded.request_hash, inserted_at = excluded.inserted_at, status = NULL, answer = NULL
             WHERE used.inserted_at < now() - $4
            """, client, key, hash, Kept);
        return await command.ExecuteNonQueryAsync(ct) > 0;
    }

    private static async Task<Remembered> Find(NpgsqlConnection connection, Guid client, string key, CancellationToken ct)
    {
        await using var command = PostgresDatabase.Command(connection, "SELECT request_hash, status, answer FROM idempotency_keys WHERE client_id = $1 AND key = $2", client, key);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new(row.GetFieldValue<byte[]>(0), row.GetInt32(1), row.GetFieldValue<byte[]>(2));
    }

    /// <summary>Bare or, as the draft writes it, in quotes; null when it is neither.</summary>
    private static string? KeyOf(Microsoft.Extensions.Primitives.StringValues sent)
    {
        if (sent is not [{ } text])
            return null;
        var key = text.Length > 1 && text[0] == '"' && text[^1] == '"' ? text[1..^1] : text;
        return key.Length is > 0 and <= LongestKey && key.All(symbol => symbol is > ' ' and <= '~') ? key : null;
    }

    private static Refusal Fault(string rule, string description) =>
        Refusal.Unprocessable(new Invalid("header", Header, [new Rule(rule, description, Array.Empty<string>())]));

    private sealed record Remembered(byte[] RequestHash, int Status, byte[] Answer);
}
