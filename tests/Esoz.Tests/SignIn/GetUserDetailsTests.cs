using System.Text.Json;
using Esoz.SignIn;

namespace Esoz.Tests.SignIn;

/// <summary>Get user details (sign-in §11.3).</summary>
public sealed class GetUserDetailsTests(Registry registry) : IClassFixture<Registry>
{
    private const string Path = "/oauth/user";

    private Given Given => registry.Given;

    [Fact(DisplayName = "Shows the user of the token with every member in order; no scope is asked for; one row of the journal, before the answer")]
    public async Task Shows()
    {
        var (client, user, person) = (await Given.Provider(), Guid.NewGuid(), Guid.NewGuid());
        var credential = await Given.Token(client, "employee:read", user);
        await registry.Execute("""
            UPDATE users SET email = 'ivanenko@example.ua', tax_id = '3000000001', person_id = $2, settings = '{"theme": "dark"}',
                   block_reason = 'перевірено', inserted_at = '2026-01-05T09:00:00Z', updated_at = '2026-01-06T09:00:00.000104Z'
             WHERE id = $1
            """, user, person);

        var answer = (await registry.Send("GET", Path, credential)).Succeeded();

        Assert.Equal($$"""
            {"id":"{{user}}","email":"ivanenko@example.ua","is_blocked":false,"block_reason":"перевірено","person_id":"{{person}}","tax_id":"3000000001","settings":{"theme": "dark"},"inserted_at":"2026-01-05T09:00:00Z","updated_at":"2026-01-06T09:00:00.000104Z"}
            """, answer.Data.GetRawText());
        var journal = Assert.Single(await registry.Rows("SELECT method_id, object_ids FROM access_journal WHERE user_id = $1", user));
        Assert.Equal("get-user-details", journal["method_id"]);
        Assert.Equal([user, person], (Guid[])journal["object_ids"]!);
    }

    [Fact(DisplayName = "What a live client needs: id, email and instants as text, is_blocked as boolean; settings {} when there are none")]
    public async Task Demands()
    {
        var data = (await registry.Send("GET", Path, await Given.Token(await Given.Provider(), "employee:read"))).Succeeded().Data;

        Assert.All(["id", "email", "inserted_at", "updated_at"],
            member => Assert.Equal(JsonValueKind.String, data.GetProperty(member).ValueKind));
        Assert.Equal(JsonValueKind.False, data.GetProperty("is_blocked").ValueKind);
        Assert.Equal(("{}", "null", "null", "null"), (data.GetProperty("settings").GetRawText(), data.GetProperty("person_id").GetRawText(),
            data.GetProperty("tax_id").GetRawText(), data.GetProperty("block_reason").GetRawText()));
    }

    [Fact(DisplayName = "The gateway: a token, of a BROKER client with an api-key")]
    public async Task Gateway()
    {
        var broker = await Given.Token(await Given.Provider(access: "BROKER"), "employee:read");

        (await registry.Send("GET", Path)).IsIlRefusal(401, "access_denied", "Authorization header is not set or doesn't contain Bearer token");
        (await registry.Send("GET", Path, new("unknown"))).IsIlRefusal(401, "access_denied", "Invalid access token");
        (await registry.Send("GET", Path, broker)).IsIlRefusal(401, "access_denied", "Api key is not set");
        (await registry.Send("GET", Path, broker with { ApiKey = await Given.ApiKey("MIS", brokerScope: "") })).Succeeded();
    }
}

/// <summary>Where USER_DETAILS_REQUIRE_SCOPE is set (sign-in §11.3).</summary>
public sealed class GetUserDetailsWithScopeTests(GetUserDetailsWithScopeTests.ToTheLetter registry)
    : IClassFixture<GetUserDetailsWithScopeTests.ToTheLetter>
{
    [Fact(DisplayName = "The scope is asked for, of the token and of the broker, and OpenAPI says so")]
    public async Task Asks()
    {
        const string missing = "Your scope does not allow to access this resource. Missing allowances: user:read";
        var (client, broker) = (await registry.Given.Provider(), await registry.Given.Provider(access: "BROKER"));

        (await registry.Send("GET", "/oauth/user", await registry.Given.Token(client, "employee:read"))).IsIlRefusal(403, "forbidden", missing);
        (await registry.Send("GET", "/oauth/user", await registry.Given.Token(client, "user:read"))).Succeeded();
        var token = await registry.Given.Token(broker, "user:read");
        (await registry.Send("GET", "/oauth/user", token with { ApiKey = await registry.Given.ApiKey("MIS", brokerScope: "employee:read") }))
            .IsIlRefusal(403, "forbidden", missing);
        (await registry.Send("GET", "/oauth/user", token with { ApiKey = await registry.Given.ApiKey("MIS", brokerScope: "user:read") }))
            .Succeeded();
        Assert.Contains("`user:read`", (await registry.Send("GET", "/openapi.json")).Json.GetProperty("paths").GetProperty("/oauth/user")
            .GetProperty("get").GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal(GetUserDetails.Card, Assert.Single(Methods.All, card => card.Path == "/oauth/user"));
    }

    public sealed class ToTheLetter(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["USER_DETAILS_REQUIRE_SCOPE"] = "true" };
    }
}
