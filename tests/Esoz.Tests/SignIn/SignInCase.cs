using System.Text.Json;
using Esoz.Platform.Access;
using Esoz.SignIn;

namespace Esoz.Tests.SignIn;

/// <summary>A registry behind a proxy on this machine, so that a test has an address of its own.</summary>
public class SignInRegistry(TestCluster cluster) : Registry(cluster)
{
    protected override Dictionary<string, string> Configuration => new()
    {
        ["ESOZ_TRUSTED_PROXIES"] = "127.0.0.1",
        ["PASSWORD_REFUSE_EASY"] = "true",
    };
}

/// <summary>Clients and users who can sign in, and the requests of a sign-in from one address.</summary>
internal sealed class SignInCase(Registry registry)
{
    private static int _count;

    public const string Password = "Здоров'я-2026-Київ";
    public const string Wrong = "Здоров'я-2025-Київ";
    public const string Path = "/auth/login";

    private static readonly string Hash = PasswordHash.Of(Password);

    /// <summary>Of an attacker, or of a user's desk.</summary>
    public string Address { get; init; } = $"10.1.{Interlocked.Increment(ref _count) / 250}.{_count % 250 + 1}";

    public static string NewEmail() => $"{Guid.NewGuid():N}@Example.UA";

    /// <summary>A MIS that may show the form.</summary>
    /// <param name="grants">JSON; null = no member.</param>
    public async Task<Guid> Mis(string? grants = """["password"]""", string? scopes = null)
    {
        var id = Guid.NewGuid();
        await registry.Given.Client(id, "MIS", scopes: scopes);
        await registry.Execute("""
            UPDATE clients SET settings = CASE WHEN $2::text IS NULL THEN '{}' ELSE jsonb_build_object('allowed_grant_types', $2::jsonb) END
             WHERE id = $1
            """, id, grants);
        return id;
    }

    /// <param name="hash">Null = that of <see cref="Password"/>.</param>
    /// <param name="setBefore">Age of the password; null = none is recorded.</param>
    public async Task<(Guid Id, string Email)> User(string? hash = null, bool hasPassword = true, TimeSpan? setBefore = default)
    {
        var (id, email) = (Guid.NewGuid(), NewEmail());
        await registry.Execute(
            "INSERT INTO users (id, email, password_hash, password_set_at) VALUES ($1, $2, $3, now() - $4::interval)",
            id, email, hasPassword ? hash ?? Hash : null, setBefore ?? TimeSpan.Zero);
        return (id, email);
    }

    /// <param name="number">Null = the user has not named one.</param>
    public Task<int> Sms(Guid user, string? number) => registry.Execute(
        "INSERT INTO authentication_factors (id, user_id, type, factor) VALUES (gen_random_uuid(), $1, 'SMS', $2)", user, number);

    /// <summary>The sign-in with a password.</summary>
    public Task<Answer> LogIn(Guid client, string email, string password = Password, string scope = "app:authorize", string grant = "password") =>
        Post(new { token = new { grant_type = grant, email, password, client_id = client, scope } });

    public Task<Answer> Post(object body, string? bearer = null) =>
        Send("POST", Path, body, bearer);

    public Task<Answer> Send(string verb, string path, object body, string? bearer = null) => registry.Send(
        verb, path, new Credential(bearer), body as string ?? JsonSerializer.Serialize(body), ("X-Forwarded-For", Address));

    public Task<Answer> Authorize(string? bearer, object? otp) =>
        Post(new { token = new { grant_type = "authorize_2fa_access_token", otp } }, bearer);

    public Task<Answer> Repeat(string? bearer) => Post(new { token = new { grant_type = "refresh_2fa_access_token" } }, bearer);

    /// <summary>Sends a password again while the server is too busy to hash it: many at once take long on a busy machine.</summary>
    public static async Task<Answer> Patiently(Func<Task<Answer>> send)
    {
        Answer? answer = null;
        await Eventually.Holds(async () => (answer = await send()).Status != 503);
        return answer!;
    }

    /// <summary>The last code that the log has for the user.</summary>
    public int Code(Guid user)
    {
        var start = $"Code of the second factor of user {user}: ";
        var line = registry.Log.Lines.Last(line => line.Contains(start, StringComparison.Ordinal));
        return int.Parse(line[(line.IndexOf(start, StringComparison.Ordinal) + start.Length)..].Split('\n', ' ')[0],
            System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A wrong code.</summary>
    public int Other(Guid user) => Code(user) is 999_999 ? 100_000 : Code(user) + 1;

    /// <summary>A token that was made between <paramref name="asked"/> (Unix time) and now lives so many seconds.</summary>
    public static void Lives(Answer token, int seconds, long asked) =>
        Assert.InRange(token.Data.GetProperty("expires_at").GetInt64(), asked + seconds, Now + seconds);

    /// <summary>Unix time.</summary>
    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    public Task<long> ValidTokens(Guid user, string name) => registry.Scalar<long>(
        "SELECT count(*) FROM tokens WHERE user_id = $1 AND name = $2 AND expires_at > extract(epoch FROM now())", user, name);

    /// <summary>Makes the token as old as one that has expired.</summary>
    public Task<int> Expire(string token) => registry.Execute(
        "UPDATE tokens SET expires_at = floor(extract(epoch FROM now()))::bigint WHERE value_hash = $1::bpchar", SecretHash.Of(token).Hex);
}
