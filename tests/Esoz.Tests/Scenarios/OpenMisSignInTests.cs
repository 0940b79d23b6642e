using System.Text.Json;
using Esoz.Tests.SignIn.Browser;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;

namespace Esoz.Tests.Scenarios;

/// <summary>
/// How an open MIS signs its users in (sign-in §17): the browser by the bare host, the server with the client's id and secret in the body,
/// the first reads, a refresh twenty minutes before the end, the logout; and a developer without a browser.
/// </summary>
public sealed class OpenMisSignInTests(OpenMisSignInTests.ShortTokens registry, Chromium chromium)
    : IClassFixture<OpenMisSignInTests.ShortTokens>
{
    private const int TwentyMinutes = 1200;

    private static readonly string[] FirstReads =
    [
        "/api/v2/dictionaries", "/api/v2/legal_entities", "/api/divisions", "/api/healthcare_services", "/api/employees", "/api/employee_roles",
    ];

    /// <summary>Access tokens that such a client refreshes on the next page.</summary>
    public sealed class ShortTokens(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["AUTH_ACCESS_TOKEN_LIFETIME"] = $"{TwentyMinutes}" };
    }

    [Fact(DisplayName = "Sign-in, code, token, user, first synchronisation, refresh, logout")]
    public async Task Life()
    {
        var scene = await SignInScene.Make(registry);
        var scope = await ScopeOfDoctors();

        var issued = (await Exchange(scene, await Code(scene, scope), scope)).Succeeded(201).Data;
        Demanded(issued, scene);
        Assert.Equal(scope.Split(' ').Order(), Detail(issued, "scope").Split(' ').Order());

        var user = (await registry.Send("GET", "/oauth/user", Bearer(issued))).Succeeded().Data;
        Assert.Equal((scene.User, scene.Email, JsonValueKind.False),
            (user.GetProperty("id").GetGuid(), user.GetProperty("email").GetString(), user.GetProperty("is_blocked").ValueKind));
        foreach (var member in new[] { "inserted_at", "updated_at" })
            Assert.Equal(JsonValueKind.String, user.GetProperty(member).ValueKind);
        foreach (var path in FirstReads)
            (await registry.Send("GET", path, Bearer(issued))).Succeeded();

        Assert.InRange(issued.GetProperty("expires_at").GetInt64() - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 0, TwentyMinutes);
        var renewed = (await Refresh(scene, Detail(issued, "refresh_token"))).Succeeded(201).Data;
        Demanded(renewed, scene);
        foreach (var token in new[] { issued, renewed })
            (await registry.Send("GET", "/api/divisions", Bearer(token))).Succeeded();

        var logout = (await registry.Send("POST", "/auth/logout", Bearer(renewed), "[]")).Succeeded();
        Assert.Equal("{}", logout.Data.GetRawText());
        (await registry.Send("GET", "/api/divisions", Bearer(renewed))).IsIlRefusal(401, "access_denied", "Invalid access token");
        (await Refresh(scene, Detail(renewed, "refresh_token"))).IsIlRefusal(401, "token_expired", "Token expired.");
    }

    [Fact(DisplayName = "What fails: a refusal at consent, another secret, another address, a code that was used")]
    public async Task Failures()
    {
        var scene = await SignInScene.Make(registry);
        var scope = await ScopeOfDoctors();
        Assert.Equal(("access_denied", "The user refused."), await Refused(scene, scope));

        var code = await Code(scene, scope);
        (await Exchange(scene with { Secret = "another" }, code, scope)).IsIlRefusal(401, "invalid_client", "Invalid client id or secret.");
        (await Exchange(scene with { Back = scene.Back + "1" }, code, scope)).IsIlRefusal(401, "invalid_client",
            "The redirection URI provided does not match a pre-registered value.");
        var issued = (await Exchange(scene, code, scope)).Succeeded(201).Data;
        (await Exchange(scene, code, scope)).IsIlRefusal(401, "access_denied", "Token has already been used.");
        registry.Clock.Age(TimeSpan.FromSeconds(5));
        (await registry.Send("GET", "/api/divisions", Bearer(issued))).IsIlRefusal(401, "access_denied", "Invalid access token");
    }

    [Fact(DisplayName = "A developer without a browser: the form of the MIS, then the consent, with every member that the client reads")]
    public async Task WithoutBrowser()
    {
        var (scene, mis) = (await SignInScene.Make(registry), Guid.NewGuid());
        await registry.Given.Client(mis, "MIS");
        await registry.Execute("""UPDATE clients SET settings = '{"allowed_grant_types":["password"]}' WHERE id = $1""", mis);

        var form = (await registry.Send("POST", "/auth/login", null, JsonSerializer.Serialize(new
        {
            token = new { grant_type = "password", email = scene.Email, password = SignInScene.Password, client_id = mis, scope = "app:authorize" },
        }))).Succeeded(201);
        Assert.Equal("REQUEST_APPS", form.Json.GetProperty("urgent").GetProperty("next_step").GetString());
        var code = (await registry.Send("POST", "/oauth/apps/authorize", Bearer(form.Data), JsonSerializer.Serialize(new
        {
            app = new { client_id = scene.Client, redirect_uri = scene.Back, scope = SignInScene.Scope },
        }))).Succeeded(201).Data;

        Assert.True(Guid.TryParse(Detail(code, "app_id"), out _));
        Assert.Equal(scene.Back, Detail(code, "redirect_uri"));
        Assert.Equal((JsonValueKind.Number, "authorization_code", scene.User),
            (code.GetProperty("expires_at").ValueKind, code.GetProperty("name").GetString(), code.GetProperty("user_id").GetGuid()));
        Assert.True(code.GetProperty("id").TryGetGuid(out _));
        Demanded((await Exchange(scene, code.GetProperty("value").GetString()!, SignInScene.Scope)).Succeeded(201).Data, scene);
    }

    /// <summary>All scopes of the role that the client's type has too.</summary>
    private Task<string> ScopeOfDoctors() => registry.Scalar<string>("""
        SELECT string_agg(scope.name, ' ' ORDER BY scope.place)
          FROM roles, string_to_table(roles.scope, ' ') WITH ORDINALITY AS scope (name, place)
         WHERE roles.name = 'DOCTOR'
           AND scope.name IN (SELECT string_to_table(scope, ' ') FROM client_types WHERE name = 'PRIMARY_CARE')
        """);

    private async Task<string> Code(SignInScene scene, string scope) => (await Return(scene, scope, "Дозволити"))["code"];

    private async Task<(string, string)> Refused(SignInScene scene, string scope)
    {
        var back = await Return(scene, scope, "Відмовити");
        return (back["error"], back["error_description"]);
    }

    /// <summary>The browser part. The client sends it to the bare host, without state and PKCE.</summary>
    /// <returns>Query with which the browser comes back to the MIS.</returns>
    private async Task<Dictionary<string, string>> Return(SignInScene scene, string scope, string decision)
    {
        await using var context = await chromium.Open();
        var page = await context.NewPageAsync();
        await page.RouteAsync("https://mis.example.ua/**", route => route.FulfillAsync(new() { ContentType = "text/plain", Body = "MIS" }));

        await page.GotoAsync(QueryHelpers.AddQueryString(registry.Url.ToString(), new Dictionary<string, string?>
        {
            ["client_id"] = $"{scene.Client}",
            ["redirect_uri"] = scene.Back,
            ["response_type"] = "code",
            ["email"] = scene.Email,
            ["scope"] = scope,
        }));
        await page.GetByLabel("Пароль").FillAsync(SignInScene.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Увійти" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = decision }).ClickAsync();
        await Chromium.Reaches(page, $"{scene.Back}&");

        return QueryHelpers.ParseQuery(new Uri(page.Url).Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
    }

    private Task<Answer> Exchange(SignInScene scene, string code, string scope) => Tokens(new
    {
        grant_type = "authorization_code",
        client_id = scene.Client,
        client_secret = scene.Secret,
        code,
        redirect_uri = scene.Back,
        scope,
    });

    private Task<Answer> Refresh(SignInScene scene, string token) => Tokens(new
    {
        grant_type = "refresh_token",
        client_id = scene.Client,
        client_secret = scene.Secret,
        refresh_token = token,
    });

    private Task<Answer> Tokens(object token) => registry.Send("POST", "/oauth/tokens", null, JsonSerializer.Serialize(new { token }));

    private static Credential Bearer(JsonElement token) => new(token.GetProperty("value").GetString());

    private static string Detail(JsonElement token, string member) => token.GetProperty("details").GetProperty(member).GetString()!;

    /// <summary>What the client checks before it takes the user in.</summary>
    private static void Demanded(JsonElement token, SignInScene scene)
    {
        Assert.Equal(($"{scene.Client}", scene.User), (Detail(token, "client_id"), token.GetProperty("user_id").GetGuid()));
        Assert.NotEqual("", Detail(token, "refresh_token"));
        Assert.Equal(JsonValueKind.Number, token.GetProperty("expires_at").ValueKind);
    }
}
