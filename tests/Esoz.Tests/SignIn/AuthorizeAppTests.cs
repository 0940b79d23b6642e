using System.Text.Json;

namespace Esoz.Tests.SignIn;

/// <summary>Authorize app (sign-in §8).</summary>
public sealed class AuthorizeAppTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/oauth/apps/authorize";

    [Fact(DisplayName = "Makes the approval, issues the code and sends the browser back; the answer has every member in order")]
    public async Task Authorizes()
    {
        var it = await SessionCase.Of(registry);

        var asked = SignInCase.Now;
        var answer = (await it.Authorize()).Succeeded(201);

        Assert.Equal(["meta", "data", "urgent"], Members(answer.Json));
        Assert.Equal(["value", "user_id", "name", "id", "expires_at", "details"], Members(answer.Data));
        Assert.Equal((it.User, "authorization_code"),
            (answer.Data.GetProperty("user_id").GetGuid(), answer.Data.GetProperty("name").GetString()));
        SignInCase.Lives(answer, 300, asked);
        var details = answer.Data.GetProperty("details");
        Assert.Equal(["scope_request", "redirect_uri", "grant_type", "client_id", "app_id"], Members(details));
        var app = Assert.Single(await registry.Rows("SELECT * FROM apps WHERE user_id = $1", it.User));
        Assert.Equal((SessionCase.Scope, SessionCase.Callback, "password", it.Provider, app["id"]),
            (details.GetProperty("scope_request").GetString(), details.GetProperty("redirect_uri").GetString(),
            details.GetProperty("grant_type").GetString(), details.GetProperty("client_id").GetGuid(),
            details.GetProperty("app_id").GetGuid()));
        Assert.Equal((it.Provider, SessionCase.Scope), (app["client_id"], app["scope"]));
        var location = $"{SessionCase.Callback}&code={answer.Data.GetProperty("value").GetString()}";
        Assert.Equal((location, location), (answer.Headers.Location?.OriginalString,
            answer.Json.GetProperty("urgent").GetProperty("redirect_uri").GetString()));
        Assert.Equal("no-store", $"{answer.Headers.CacheControl}");
    }

    [Fact(DisplayName = "Audit rows of approval and code have user, client of the form and request")]
    public async Task Records()
    {
        var it = await SessionCase.Of(registry);
        var answer = (await it.Authorize()).Succeeded(201);
        var request = answer.Json.GetProperty("meta").GetProperty("request_id").GetString();

        var audit = await registry.Rows("SELECT resource, actor_id, client_id FROM audit_log WHERE request_id = $1 ORDER BY resource", request);

        Assert.Equal(["apps", "tokens"], audit.Select(row => row["resource"]));
        Assert.All(audit, row => Assert.Equal((it.User.ToString(), it.Mis), (row["actor_id"], row["client_id"])));
        Assert.Equal(1L, await registry.Scalar<long>(
            "SELECT count(*) FROM access_journal WHERE request_id = $1 AND user_id = $2 AND object_ids @> ARRAY[$3]",
            request, it.User, answer.Data.GetProperty("id").GetGuid()));
    }

    [Theory(DisplayName = "A member that is missing or of the wrong type is told by its name")]
    [InlineData("{}", "$.app required")]
    [InlineData("""{"app":{}}""", "$.client_id required, $.redirect_uri required")]
    [InlineData("""{"app":{"client_id":"x","redirect_uri":""}}""", "$.client_id cast, $.redirect_uri required")]
    public async Task MembersOfBody(string body, string faults)
    {
        var it = await SessionCase.Of(registry);

        var answer = await registry.Send("POST", Path, it.Form, body);

        Assert.Equal(422, answer.Status);
        Assert.Equal(faults, string.Join(", ", answer.Json.GetProperty("error").GetProperty("invalid").EnumerateArray()
            .Select(fault => $"{fault.GetProperty("entry")} {fault.GetProperty("rules")[0].GetProperty("rule")}")));
    }

    [Fact(DisplayName = "A token of another scope is refused: that of a session opens no further consent")]
    public async Task Gateway()
    {
        var it = await SessionCase.Of(registry);
        var (access, _) = await it.Session();

        (await it.Authorize(form: new(access))).IsIlRefusal(403, "forbidden",
            "Your scope does not allow to access this resource. Missing allowances: app:authorize");
        (await it.Authorize(form: new("unknown"))).IsIlRefusal(401, "access_denied", "Invalid access token");
    }

    /// <summary>Each row breaks its own check and every later one that can be broken at the same time.</summary>
    [Theory(DisplayName = "Validation")]
    [InlineData("client", 401, "access_denied", "Invalid client id.")]
    [InlineData("client blocked", 401, "access_denied", "Client is blocked.")]
    [InlineData("user blocked", 401, "user_blocked", "User blocked.")]
    [InlineData("redirect", 401, "access_denied", "The redirection URI provided does not match a pre-registered value.")]
    [InlineData("empty", 422, null, "Requested scope is empty. Scope not passed or user has no roles or global roles.")]
    [InlineData("client type", 422, null, "Scope is not allowed by client type.")]
    [InlineData("roles", 422, null, "User requested scope that is not allowed by role based access policies.")]
    public async Task Refuses(string fault, int status, string? type, string message)
    {
        string[] order = ["client", "client blocked", "user blocked", "redirect", "empty", "client type", "roles"];
        var broken = order.SkipWhile(step => step != fault).ToHashSet();
        var it = await SessionCase.Of(registry);
        // What the server remembers of the form is still good when its user is blocked.
        (await it.Authorize()).Succeeded(201);
        if (broken.Contains("client blocked"))
            await registry.Execute("UPDATE clients SET is_blocked = true WHERE id = $1", it.Provider);
        if (broken.Contains("user blocked"))
            await registry.Execute("UPDATE users SET is_blocked = true WHERE id = $1", it.User);
        await registry.Execute("DELETE FROM apps WHERE user_id = $1", it.User);

        var answer = await registry.Send("POST", Path, it.Form, JsonSerializer.Serialize(new
        {
            app = new
            {
                client_id = broken.Contains("client") ? Guid.NewGuid() : it.Provider,
                redirect_uri = broken.Contains("redirect") ? SessionCase.Callback + "0" : SessionCase.Callback,
                scope = broken.Contains("empty") ? " " : broken.Contains("client type") ? "event:read employee_role:write" : "employee_role:write",
            },
        }));

        if (status == 422)
            answer.IsIlBusinessFault("$.scope", message);
        else
            answer.IsIlRefusal(status, type!, message);
        Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM apps WHERE user_id = $1", it.User));
    }

    [Fact(DisplayName = "32 concurrent consents make one approval, and each has a code of its own")]
    public async Task Parallel()
    {
        var it = await SessionCase.Of(registry);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32)
            .Select(i => it.Authorize(SessionCase.Scope.Split(' ')[i % 3])));

        Assert.Equal(32, answers.Select(SessionCase.ValueOf).Distinct().Count());
        Assert.Single(answers.Select(answer => answer.Data.GetProperty("details").GetProperty("app_id").GetGuid()).Distinct());
        var scope = await registry.Scalar<string>("SELECT scope FROM apps WHERE user_id = $1", it.User);
        Assert.Equal(SessionCase.Scope.Split(' ').Order(), scope.Split(' ').Order());
    }

    private static IEnumerable<string> Members(JsonElement it) => it.EnumerateObject().Select(member => member.Name);
}
