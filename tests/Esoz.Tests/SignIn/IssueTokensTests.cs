using System.Text.Json;

namespace Esoz.Tests.SignIn;

/// <summary>Issue tokens (sign-in §9).</summary>
public sealed class IssueTokensTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "A code is exchanged for a pair, and a refresh token for another; both answers have every member in order")]
    public async Task Issues()
    {
        var it = await SessionCase.Of(registry);

        var first = (await it.Exchange(await it.Code())).Succeeded(201);

        Assert.Equal(["meta", "data"], Members(first.Json));
        Assert.Equal(["value", "user_id", "name", "id", "expires_at", "details"], Members(first.Data));
        var details = first.Data.GetProperty("details");
        Assert.Equal(["scope", "refresh_token", "redirect_uri", "grant_type", "client_id"], Members(details));
        Assert.Equal((SessionCase.Scope, SessionCase.Callback, "authorization_code", it.Provider, it.User, "access_token"),
            (details.GetProperty("scope").GetString(), details.GetProperty("redirect_uri").GetString(),
            details.GetProperty("grant_type").GetString(), details.GetProperty("client_id").GetGuid(),
            first.Data.GetProperty("user_id").GetGuid(), first.Data.GetProperty("name").GetString()));
        var (access, refresh) = SessionCase.PairOf(first);
        Assert.True(await it.Opens(access));
        Assert.Equal(("no-store", "no-cache"), ($"{first.Headers.CacheControl}", $"{first.Headers.Pragma}"));

        var second = (await it.Refresh(refresh)).Succeeded(201);

        details = second.Data.GetProperty("details");
        Assert.Equal(["scope", "refresh_token", "grant_type", "client_id"], Members(details));
        Assert.Equal((SessionCase.Scope, "refresh_token", it.Provider), (details.GetProperty("scope").GetString(),
            details.GetProperty("grant_type").GetString(), details.GetProperty("client_id").GetGuid()));
        var (newAccess, newRefresh) = SessionCase.PairOf(second);
        Assert.Equal(4, new[] { access, refresh, newAccess, newRefresh }.Distinct().Count());
        Assert.True(await it.Opens(newAccess));
        // Calls in flight have the old one.
        Assert.True(await it.Opens(access));
    }

    private static IEnumerable<string> Members(JsonElement it) => it.EnumerateObject().Select(member => member.Name);
}
