using System.Text.Json;
using Esoz.Platform.Access;

namespace Esoz.Tests.SignIn;

/// <summary>
/// A doctor of a provider and the MIS that acts for the provider, with its own form: the token of POST /auth/login, the consent, the code,
/// the tokens.
/// </summary>
public sealed class SessionCase(Registry registry)
{
    public const string Callback = "https://mis.example.ua/oauth?tenant=1";
    public const string Scope = "composition:read employee_role:read division:read";

    private Given Given => registry.Given;

    public Guid User { get; private init; } = Guid.NewGuid();

    public Guid Mis { get; private init; } = Guid.NewGuid();

    public Guid Party { get; private set; }

    public Guid Employee { get; private set; }

    public Guid Provider { get; private set; }

    public Guid Connection { get; private set; }

    public string Secret { get; private set; } = "";

    /// <summary>The token of the form.</summary>
    public Credential Form { get; private set; } = new();

    public static async Task<SessionCase> Of(Registry registry, string type = "DOCTOR", string clientType = "OUTPATIENT")
    {
        var it = new SessionCase(registry);
        it.Provider = await it.Given.LegalEntity();
        await it.Given.Client(it.Provider, clientType);
        await it.Given.Client(it.Mis, "MIS");
        it.Party = await it.Given.Party(user: it.User);
        it.Employee = await it.Given.Employee(it.Provider, it.Party, type: type);
        (it.Connection, it.Secret) = await it.Connect();
        it.Form = await it.SignIn();
        return it;
    }

    /// <summary>A user of a provider that exists, who signs in through this MIS.</summary>
    public static async Task<SessionCase> At(Registry registry, Guid provider, Guid user, Guid mis)
    {
        var it = new SessionCase(registry) { User = user, Mis = mis, Provider = provider };
        (it.Connection, it.Secret) = await it.Connect();
        it.Form = await it.SignIn();
        return it;
    }

    /// <summary>Another user of the same provider and MIS.</summary>
    public async Task<SessionCase> Colleague(string type = "DOCTOR")
    {
        var it = new SessionCase(registry) { Mis = Mis };
        (it.Provider, it.Connection, it.Secret) = (Provider, Connection, Secret);
        it.Party = await Given.Party(user: it.User);
        it.Employee = await Given.Employee(Provider, it.Party, type: type);
        it.Form = await it.SignIn();
        return it;
    }

    /// <summary>A connection of the provider: its id and its secret.</summary>
    public async Task<(Guid Id, string Secret)> Connect(string redirectUri = Callback, Guid? consumer = null)
    {
        var secret = SecretHash.NewSecret();
        return (await Given.Insert("connections", new()
        {
            ["client_id"] = Provider,
            ["consumer_id"] = consumer ?? Mis,
            ["redirect_uri"] = redirectUri,
            ["secret_hash"] = SecretHash.Of(secret).Hex,
        }), secret);
    }

    public async Task<Credential> SignIn() =>
        new(await registry.Registrar.IssueToken(Mis, User, "app:authorize", TimeSpan.FromHours(1), CancellationToken.None));

    public Task<Answer> Authorize(string? scope = Scope, string redirectUri = Callback, Credential? form = null) => registry.Send(
        "POST", "/oauth/apps/authorize", form ?? Form,
        JsonSerializer.Serialize(new { app = new { client_id = Provider, redirect_uri = redirectUri, scope } }));

    /// <summary>A code of a consent.</summary>
    public async Task<string> Code(string scope = Scope, string redirectUri = Callback) => ValueOf(await Authorize(scope, redirectUri));

    public Task<Answer> Exchange(
        string code, string redirectUri = Callback, string? secret = null, Guid? client = null, string? verifier = null) =>
        Tokens(new()
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = client ?? Provider,
            ["client_secret"] = secret ?? Secret,
            ["code"] = code,
            ["redirect_uri"] = redirectUri,
            ["code_verifier"] = verifier,
        });

    public Task<Answer> Refresh(string token, string? secret = null, Guid? client = null) => Tokens(new()
    {
        ["grant_type"] = "refresh_token",
        ["client_id"] = client ?? Provider,
        ["client_secret"] = secret ?? Secret,
        ["refresh_token"] = token,
    });

    public Task<Answer> Tokens(Dictionary<string, object?> token) =>
        registry.Send("POST", "/oauth/tokens", null, JsonSerializer.Serialize(new { token }));

    /// <summary>A new session: its access token and its refresh token.</summary>
    public async Task<(string Access, string Refresh)> Session(string scope = Scope) => PairOf(await Exchange(await Code(scope)));

    public static string ValueOf(Answer answer) => answer.Succeeded(201).Data.GetProperty("value").GetString()!;

    public static (string Access, string Refresh) PairOf(Answer answer) =>
        (ValueOf(answer), answer.Data.GetProperty("details").GetProperty("refresh_token").GetString()!);

    /// <summary>Whether the token opens a method of the registry, for a cache that has forgotten it.</summary>
    public async Task<bool> Opens(string access)
    {
        registry.Clock.Age(TimeSpan.FromSeconds(5));
        var answer = await registry.Send("GET", "/api/divisions", new(access));
        Assert.True(answer.Status is 200 or 401, answer.Text);
        return answer.Status == 200;
    }

    /// <summary>Whether the refresh token still gives another pair.</summary>
    public async Task<bool> Refreshes(string refresh) => (await Refresh(refresh)).Status == 201;
}
