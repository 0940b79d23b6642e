namespace Esoz.Tests.Platform.Http;

/// <summary>What makes a token or a key invalid (platform §2 checks 5a, 5b; §3), and how soon.</summary>
public sealed class CredentialTests(CredentialTests.Uncached registry) : IClassFixture<CredentialTests.Uncached>
{
    private Given Given => registry.Given;

    [Theory(DisplayName = "A token is invalid when it, its client or its user is invalid")]
    [InlineData("UPDATE tokens SET expires_at = floor(extract(epoch FROM now()))")]
    [InlineData("UPDATE tokens SET name = 'refresh_token'")]
    [InlineData("UPDATE tokens SET details = details || '{\"scope\":\"\"}'")]
    [InlineData("UPDATE tokens SET details = details - 'scope'")]
    [InlineData("UPDATE users SET is_blocked = true")]
    [InlineData("UPDATE clients SET is_blocked = true")]
    public async Task Token(string end)
    {
        var user = Guid.NewGuid();
        var provider = await Given.Provider();
        var token = await Given.Token(provider, "employee_role:write", user);
        (await Deactivate(token)).IsIlRefusal(404, "not_found", "Employee role not found");

        var place = end.Split(' ')[1] switch { "tokens" => "user_id", _ => "id" };
        await registry.Execute($"{end} WHERE {place} = $1", end.Contains("clients", StringComparison.Ordinal) ? provider : user);

        (await Deactivate(token)).IsIlRefusal(401, "access_denied", "Invalid access token");
    }

    [Theory(DisplayName = "A key is invalid when it or its client is invalid")]
    [InlineData("UPDATE connections SET expires_at = now() WHERE client_id = $1")]
    [InlineData("UPDATE clients SET is_blocked = true WHERE id = $1")]
    [InlineData("UPDATE clients SET scope = '' WHERE id = $1")]
    public async Task Key(string end)
    {
        var credential = await Given.Nhs();
        Assert.Equal(422, (await Create(credential)).Status);

        var client = await registry.Scalar<Guid>("SELECT client_id FROM connections ORDER BY inserted_at DESC LIMIT 1");
        await registry.Execute(end, client);

        (await Create(credential)).IsIlRefusal(401, "access_denied", "Invalid api key");
    }

    [Theory(DisplayName = "A token opens what it was granted and its client still has: scopes of its own, else those of its type")]
    [InlineData("UPDATE clients SET scope = 'employee_role:write' WHERE id = $1", null)]
    [InlineData("UPDATE clients SET scope = 'employee_role:read employee:read' WHERE id = $1", "employee_role:write")]
    [InlineData("UPDATE clients SET scope = '' WHERE id = $1", "employee_role:write")]
    [InlineData("UPDATE clients SET client_type_id = (SELECT id FROM client_types WHERE name = 'MSP_LIMITED') WHERE id = $1",
        "employee_role:write")]
    [InlineData("UPDATE clients SET client_type_id = (SELECT id FROM client_types WHERE name = 'PHARMACY') WHERE id = $1", null)]
    public async Task Narrowed(string change, string? missing)
    {
        var provider = await Given.Provider();
        var token = await Given.Token(provider, "employee_role:write event:read");
        await registry.Execute("UPDATE clients SET scope = NULL WHERE id = $1", provider);
        (await Deactivate(token)).IsIlRefusal(404, "not_found", "Employee role not found");

        await registry.Execute(change, provider);

        if (missing is null)
            (await Deactivate(token)).IsIlRefusal(404, "not_found", "Employee role not found");
        else
            (await Deactivate(token)).IsIlRefusal(403, "forbidden",
                $"Your scope does not allow to access this resource. Missing allowances: {missing}");
        (await registry.Send("GET", "/api/events", token)).IsIlRefusal(403, "forbidden",
            "Your scope does not allow to access this resource. Missing allowances: event:read");
    }

    [Theory(DisplayName = "On IL-ADM the key is that of the token's client, of a client that acts for it by a connection, or of the NHS")]
    [InlineData("NHS", "its own", true)]
    [InlineData("MIS", "its own", true)]
    [InlineData("NHS", "another NHS client", true)]
    [InlineData("MIS", "another NHS client", true)]
    [InlineData("NHS", "a consumer", true)]
    [InlineData("NHS", "a former consumer", false)]
    [InlineData("NHS", "a MIS", false)]
    [InlineData("NHS", "a PIS", false)]
    [InlineData("MIS", "another MIS of which it is the consumer", false)]
    public async Task Accompanies(string type, string owner, bool isAccepted)
    {
        var client = Guid.NewGuid();
        await Given.Client(client, type);
        var token = await Given.Token(client, "private_contracts:write");
        var other = Guid.NewGuid();
        await Given.Client(other, owner switch { "another NHS client" => "NHS", "a PIS" => "PIS", _ => "MIS" });
        var keyOf = owner == "its own" ? client : other;
        var key = await registry.Registrar.IssueKey(keyOf, TimeSpan.FromDays(1), CancellationToken.None);
        if (owner.EndsWith("consumer", StringComparison.Ordinal))
        {
            var (provider, consumer) = owner.StartsWith("another", StringComparison.Ordinal) ? (other, client) : (client, other);
            await registry.Given.Insert("connections", new()
            {
                ["client_id"] = provider,
                ["consumer_id"] = consumer,
                ["secret_hash"] = Esoz.Platform.Access.SecretHash.Of($"{other}").Hex,
                ["expires_at"] = owner.Contains("former", StringComparison.Ordinal) ? DateTime.UtcNow.AddSeconds(-1) : null,
            });
        }

        var answer = await Create(token with { ApiKey = key });

        if (isAccepted)
            Assert.Equal(422, answer.Status);
        else
            answer.IsIlRefusal(401, "access_denied", "Invalid api key");
        Assert.Equal(isAccepted ? [] : ["ApiKey"], answer.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme));
    }

    [Fact(DisplayName = "Neither tokens nor keys are stored, logged or answered")]
    public async Task Secrets()
    {
        var credential = await Given.Nhs();
        var answer = await Create(credential);

        foreach (var secret in new[] { credential.Token!, credential.ApiKey! })
        {
            Assert.DoesNotContain(secret, answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(registry.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.Equal(
                0, await registry.Scalar<long>(
                    "SELECT count(*) FROM tokens t, connections c WHERE t::text || c::text LIKE '%' || $1 || '%'", secret));
        }
    }

    private Task<Answer> Deactivate(Credential credential) =>
        registry.Send("PATCH", $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate", credential);

    private Task<Answer> Create(Credential credential) => registry.Send("POST", "/api/admin/contract_employees", credential, "{}");

    /// <summary>Looks up every credential without a cache, so that a change takes effect at once.</summary>
    public sealed class Uncached(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new() { ["AUTH_CACHE_TTL_SECONDS"] = "0" };
    }
}

/// <summary>Expiry of a token (platform §3), on a registry whose clock is moved.</summary>
public sealed class ExpiryTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "A token that was just used expires on time")]
    public async Task Expiry()
    {
        var token = await registry.Given.Token(await registry.Given.Provider(), "employee_role:write");
        registry.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(404, (await Deactivate(token)).Status);

        registry.Clock.Advance(TimeSpan.FromSeconds(61));

        (await Deactivate(token)).IsIlRefusal(401, "access_denied", "Invalid access token");
    }

    private Task<Answer> Deactivate(Credential credential) =>
        registry.Send("PATCH", $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate", credential);
}

/// <summary>Revocation with the default settings (platform §3).</summary>
public sealed class RevocationTests(Registry registry) : IClassFixture<Registry>
{
    /// <summary>The longest a look-up may be cached.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(5);

    [Fact(DisplayName = "A revoked token and a revoked key are refused after 5 s at the latest, even if they were just used")]
    public async Task Revoked()
    {
        var credential = await registry.Given.Nhs();
        Assert.Equal(422, (await Create(credential)).Status);
        var other = await registry.Given.Nhs();
        Assert.Equal(422, (await Create(other)).Status);

        Assert.True(await registry.Registrar.RevokeToken(credential.Token!, CancellationToken.None));
        Assert.True(await registry.Registrar.RevokeKey(other.ApiKey!, CancellationToken.None));
        registry.Clock.Age(Delay);

        (await Create(credential)).IsIlRefusal(401, "access_denied", "Invalid access token");
        (await Create(other)).IsIlRefusal(401, "access_denied", "Invalid api key");
    }

    [Fact(DisplayName = "A secret that was unknown works within 5 s of being issued")]
    public async Task Issued()
    {
        var credential = await registry.Given.Nhs();
        var hash = Esoz.Platform.Access.SecretHash.Of(credential.Token!).Hex;
        await registry.Execute("UPDATE tokens SET name = 'refresh_token' WHERE value_hash = $1", hash);
        Assert.Equal(401, (await Create(credential)).Status);

        await registry.Execute("UPDATE tokens SET name = 'access_token' WHERE value_hash = $1", hash);
        registry.Clock.Age(Delay);

        Assert.Equal(422, (await Create(credential)).Status);
    }

    private Task<Answer> Create(Credential credential) => registry.Send("POST", "/api/admin/contract_employees", credential, "{}");
}
