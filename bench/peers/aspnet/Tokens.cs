using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Npgsql;

namespace Peer;

/// <summary>Bearer tokens, remembered for five seconds as the registry does.</summary>
public sealed class Tokens(IMemoryCache cache, NpgsqlDataSource database)
{
    public sealed record Token(Guid ClientId, Guid UserId, long ExpiresAt, string[] Scopes);

    /// <summary>The token of the request; null when it is none, has ended or has not the scope.</summary>
    public async Task<Token?> Find(HttpContext http, string scope)
    {
        if (http.Request.Headers.Authorization.ToString() is not ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var value])
            return null;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));
        var token = await cache.GetOrCreateAsync(hash, entry =>
        {
            entry.AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(5);
            return Load(hash);
        });
        var isValid = token is not null && token.ExpiresAt > DateTimeOffset.UtcNow.ToUnixTimeSeconds() && token.Scopes.Contains(scope);
        return isValid ? token : null;
    }

    private async Task<Token?> Load(string hash)
    {
        await using var command = database.CreateCommand("""
            SELECT client.id, token.user_id, token.expires_at, token.details ->> 'scope'
              FROM tokens token
              JOIN clients client ON client.id = (token.details ->> 'client_id')::uuid
              JOIN users ON users.id = token.user_id
             WHERE token.value_hash = $1::bpchar AND token.name = 'access_token' AND NOT client.is_blocked AND NOT users.is_blocked
            """);
        command.Parameters.AddWithValue(hash);
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync()
            ? new(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetString(3).Split(' ')) : null;
    }
}
