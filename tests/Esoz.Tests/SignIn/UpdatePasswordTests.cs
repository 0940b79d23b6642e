namespace Esoz.Tests.SignIn;

/// <summary>Update password (sign-in §7, §13).</summary>
public sealed class UpdatePasswordTests(SignInRegistry registry) : IClassFixture<SignInRegistry>
{
    private const string Path = "/oauth/users/actions/update_password";
    private const string Fresh = "Новий-Пароль-2027";

    private readonly SignInCase _case = new(registry);

    [Fact(DisplayName = "A new password signs in, the former does not; every token of the user ends; audit and log do not have it")]
    public async Task Success()
    {
        var (mis, user, email, token) = await Changing();
        await registry.Registrar.IssueToken(mis, user, "app:authorize", TimeSpan.FromHours(1), CancellationToken.None);

        var answer = (await Update(token, Fresh)).Succeeded();

        Assert.Equal(["id", "email", "is_blocked", "block_reason", "person_id", "tax_id", "settings", "inserted_at", "updated_at"],
            answer.Data.EnumerateObject().Select(member => member.Name));
        Assert.Equal((user, email), (answer.Data.GetProperty("id").GetGuid(), answer.Data.GetProperty("email").GetString()));
        Assert.Equal(0, await registry.Scalar<long>(
            "SELECT count(*) FROM tokens WHERE user_id = $1 AND expires_at > extract(epoch FROM now())", user));
        (await _case.LogIn(mis, email)).IsIlRefusal(401, "access_denied", "Identity, password combination is wrong.");
        (await _case.LogIn(mis, email, Fresh)).Succeeded(201);
        var audit = Assert.Single(await registry.Rows("""
            SELECT actor_id, changeset->>'password_hash' AS hash FROM audit_log
             WHERE resource = 'users' AND resource_id = $1::text AND changeset ? 'password_set_at' AND former ? 'password_set_at'
            """, user));
        Assert.Equal((user.ToString(), "***"), (audit["actor_id"], audit["hash"]));
        Assert.DoesNotContain(registry.Log.Lines, line => line.Contains(Fresh, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "The last three passwords are not taken again, the fourth is")]
    public async Task History()
    {
        var (mis, user, email, token) = await Changing();
        string[] passwords = ["Перший-Пароль-1", "Другий-Пароль-2", "Третій-Пароль-3"];
        var present = SignInCase.Password;
        (await Update(token, present)).IsIlRefusal(422, "validation_failed", Answer.ValidationFailed, "$.password", Used);
        foreach (var next in passwords)
        {
            (await Update(await Token(mis, email, present), next)).Succeeded();
            present = next;
        }

        foreach (var used in passwords)
            (await Update(await Token(mis, email, present), used)).IsIlRefusal(422, "validation_failed", Answer.ValidationFailed, "$.password", Used);
        (await Update(await Token(mis, email, present), SignInCase.Password)).Succeeded();
        Assert.Equal(3, await registry.Scalar<long>("SELECT count(*) FROM password_history WHERE user_id = $1", user));
    }

    [Fact(DisplayName = "Of eight parallel changes with one token one wins")]
    public async Task Race()
    {
        var (mis, _, email, token) = await Changing();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SignInCase.Patiently(() => Update(token, $"{Fresh}-{i}"))));

        var won = Assert.Single(Enumerable.Range(0, 8), i => answers[i].Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.IsIlRefusal(401, "token_expired", "Token expired."));
        (await _case.LogIn(mis, email, $"{Fresh}-{won}")).Succeeded(201);
    }

    private const string Used = "This password has been used recently. Try another one";
    private const string Easy = "Password is too easy to guess. Try another one";
    private const string Simple = "Password does not meet complexity requirements";
    private const string Length = "should be 12 to 128 character(s)";

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time, so the order is tested.</summary>
    public static TheoryData<string, string, int, string, string> Validations => new()
    {
        // what is wrong, password, status, type or rule, message
        { "no bearer", "short", 401, "access_denied", "Authorization header required." },
        { "unknown token", "short", 401, "token_invalid", "Invalid token." },
        { "expired; access token", "short", 401, "token_expired", "Token expired." },
        { "access token", "short", 401, "token_invalid_type", "Invalid token type." },
        { "", "", 422, "required", "can't be blank" },
        { "", "короткийпар", 422, "length", Length },
        { "", "Аб1" + "xxxxxxxx", 422, "length", Length },
        { "", "Аб1-------------------------------------------------------------------------------------------------------------------------------", 422, "length", Length },
        { "", "пароль-пароль-1", 422, "format", Simple },
        { "", "ПАРОЛЬ-ПАРОЛЬ-1", 422, "format", Simple },
        { "", "Пароль-Пароль-", 422, "format", Simple },
        { "", "Password-2026", 422, "common", Easy },
        { "", "Qwerty!123456", 422, "common", Easy },
        { "", "1qaz@WSX3edc", 422, "common", Easy },
        { "", "Пароль-123456", 422, "common", Easy },
        { "", "Привет-123456", 422, "common", Easy },
        { "", "Iloveyou1Iloveyou1", 422, "common", Easy },
        { "", "Есоз-Нсзу-2026", 422, "common", Easy },
        { "", "Aa-1234567890", 422, "common", Easy },
        { "", SignInCase.Password, 422, "password_used", Used },
    };

    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(string wrong, string password, int status, string type, string message)
    {
        bool Is(string fault) => wrong.Split("; ").Contains(fault);
        var (mis, user, _, token) = await Changing();
        if (Is("access token"))
            token = (await registry.Registrar.IssueToken(mis, user, "app:authorize", TimeSpan.FromHours(1), CancellationToken.None))!;
        if (Is("expired"))
            await _case.Expire(token);

        var answer = await Update(Is("no bearer") ? null : Is("unknown token") ? "unknown" : token, password);

        if (status == 401)
        {
            answer.IsIlRefusal(status, type, message);
            return;
        }
        answer.IsIlRefusal(status, "validation_failed", Answer.ValidationFailed, "$.password", message);
        Assert.Equal($$"""{"rule":"{{type}}","description":"{{message}}","params":[]}""",
            answer.Json.GetProperty("error").GetProperty("invalid")[0].GetProperty("rules")[0].GetRawText());
        Assert.Equal(1, await _case.ValidTokens(user, "change_password_token"));
    }

    private async Task<(Guid Mis, Guid User, string Email, string Token)> Changing()
    {
        var mis = await _case.Mis();
        var (user, email) = await _case.User();
        return (mis, user, email, await Token(mis, email, SignInCase.Password));
    }

    private async Task<string> Token(Guid mis, string email, string password) =>
        (await _case.LogIn(mis, email, password, "user:change_password", "change_password")).Succeeded(201)
            .Data.GetProperty("value").GetString()!;

    private Task<Answer> Update(string? token, string password) => _case.Send("POST", Path, new { user = new { password } }, token);
}
