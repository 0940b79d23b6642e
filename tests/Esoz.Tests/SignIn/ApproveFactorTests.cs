using System.Globalization;
using Esoz.SignIn;

namespace Esoz.Tests.SignIn;

/// <summary>Approve factor (sign-in §7).</summary>
public sealed class ApproveFactorTests(SignInRegistry registry) : IClassFixture<SignInRegistry>
{
    private const string Path = "/oauth/users/actions/approve_factor";
    private const string Number = "+380671234567";

    private readonly SignInCase _case = new(registry);

    [Fact(DisplayName = "The right code makes the number the factor and gives the token that the sign-in asked for")]
    public async Task Sms()
    {
        var (mis, user, token) = await Initiated();

        var answer = (await Approve(token, _case.Code(user))).Succeeded(201);

        Assert.Equal("access_token", answer.Data.GetProperty("name").GetString());
        Assert.Equal($$"""{"scope":"app:authorize","grant_type":"password","client_id":"{{mis}}"}""",
            answer.Data.GetProperty("details").GetRawText());
        Assert.Equal("""{"next_step":"REQUEST_APPS"}""", answer.Json.GetProperty("urgent").GetRawText());
        Assert.Equal(Number, await registry.Scalar<string>("SELECT factor FROM authentication_factors WHERE user_id = $1", user));
        Assert.Equal(0, await registry.Scalar<long>(
            "SELECT count(*) FROM audit_log row WHERE row::text LIKE '%' || $1 || '%'", Number));
    }

    [Fact(DisplayName = "The token of Init factor is none of a sign-in: its code does not pass the second factor")]
    public async Task NotForSignIn()
    {
        var (_, user, token) = await Initiated();
        await registry.Execute("UPDATE authentication_factors SET factor = $2 WHERE user_id = $1", user, Number);

        (await _case.Authorize(token, _case.Code(user))).IsIlRefusal(401, "otp_expired", "OTP expired.");
    }

    [Fact(DisplayName = "A code of the device makes its secret the factor; sign-ins ask for codes of it, and this code is used up")]
    public async Task TotpFactor()
    {
        var mis = await _case.Mis();
        var (user, email) = await _case.User();
        var access = Value((await _case.LogIn(mis, email)).Succeeded(201));
        var init = (await _case.Send("POST", "/oauth/users/actions/init_factor", new { type = "TOTP" }, access)).Succeeded(201);
        var uri = init.Json.GetProperty("urgent").GetProperty("factor_uri").GetString()!;
        var secret = OfBase32(uri[(uri.IndexOf("secret=", StringComparison.Ordinal) + 7)..uri.IndexOf('&', StringComparison.Ordinal)]);
        var code = int.Parse(Totp.Code(secret, registry.Clock.GetUtcNow()), CultureInfo.InvariantCulture);

        (await Approve(Value(init), code)).Succeeded(201);

        var stored = await registry.Scalar<string>("SELECT factor_secret FROM authentication_factors WHERE user_id = $1 AND type = 'TOTP'", user);
        Assert.DoesNotContain(Convert.ToBase64String(secret), stored, StringComparison.Ordinal);
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM audit_log row WHERE row::text LIKE '%' || $1 || '%'", stored));
        var next = (await _case.LogIn(mis, email)).Succeeded(201);
        (await _case.Authorize(Value(next), code)).IsIlRefusal(401, "otp_invalid", "Invalid OTP code.");
        registry.Clock.Advance(TimeSpan.FromSeconds(30));
        var later = int.Parse(Totp.Code(secret, registry.Clock.GetUtcNow()), CultureInfo.InvariantCulture);
        (await _case.Authorize(Value(next), later)).Succeeded(201);
    }

    [Fact(DisplayName = "Of 32 parallel right codes one wins")]
    public async Task Race()
    {
        var (_, user, token) = await Initiated();
        var code = _case.Code(user);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Approve(token, code)));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => answer.IsIlRefusal(401, "token_expired", "Token expired."));
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time, so the order is tested.</summary>
    public static TheoryData<string, int, string, string> Validations => new()
    {
        // what is wrong, status, type or path, message
        { "no bearer; bad body", 401, "access_denied", "Authorization header required." },
        { "unknown token; bad body", 401, "token_invalid", "Invalid token." },
        { "blocked user; expired; bad body", 401, "user_blocked", "User blocked." },
        { "expired; bad body", 401, "token_expired", "Token expired." },
        { "bad body; access token", 422, "$.otp", "can't be blank" },
        { "access token; wrong code", 401, "token_invalid_type", "Invalid token type. Init factor at first" },
        { "token of the sign-in; wrong code", 401, "token_invalid_type", "Invalid token type. Init factor at first" },
        { "old code; attempts; wrong code", 401, "otp_expired", "OTP expired." },
        { "attempts; wrong code", 401, "otp_reached_max_attempts", "Reached max OTP verify attempts" },
        { "wrong code", 401, "otp_invalid", "Invalid OTP code." },
    };

    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(string wrong, int status, string type, string message)
    {
        bool Is(string fault) => wrong.Split("; ").Contains(fault);
        var (mis, user, token) = await Initiated();
        if (Is("access token"))
            token = (await registry.Registrar.IssueToken(mis, user, "app:authorize", TimeSpan.FromHours(1), CancellationToken.None))!;
        if (Is("token of the sign-in"))
            await registry.Execute("UPDATE otps SET is_of_new_factor = false FROM tokens WHERE tokens.id = token_id AND user_id = $1", user);
        if (Is("old code"))
            await registry.Execute("UPDATE otps SET expires_at = now() FROM tokens WHERE tokens.id = token_id AND user_id = $1", user);
        if (Is("attempts"))
            await registry.Execute("UPDATE otps SET attempts = 3 FROM tokens WHERE tokens.id = token_id AND user_id = $1", user);
        if (Is("expired"))
            await _case.Expire(token);
        if (Is("blocked user"))
            await registry.Registrar.BlockUser(user, "test", CancellationToken.None);
        object body = Is("bad body") ? new { } : new { otp = Is("wrong code") ? _case.Other(user) : _case.Code(user) };

        var answer = await _case.Send("POST", Path, body, Is("no bearer") ? null : Is("unknown token") ? "unknown" : token);

        if (type.StartsWith('$'))
            answer.IsIlRefusal(status, "validation_failed", Answer.ValidationFailed, type, message);
        else
            answer.IsIlRefusal(status, type, message);
    }

    private async Task<(Guid Mis, Guid User, string Token)> Initiated()
    {
        var mis = await _case.Mis();
        var (user, email) = await _case.User();
        await _case.Sms(user, null);
        var first = Value((await _case.LogIn(mis, email)).Succeeded(201));
        var init = await _case.Send("POST", "/oauth/users/actions/init_factor", new { type = "SMS", factor = Number }, first);
        return (mis, user, Value(init.Succeeded(201)));
    }

    private Task<Answer> Approve(string token, int otp) => _case.Send("POST", Path, new { otp }, token);

    private static string Value(Answer answer) => answer.Data.GetProperty("value").GetString()!;

    private static byte[] OfBase32(string text)
    {
        var bits = string.Concat(text.Select(letter =>
            Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
