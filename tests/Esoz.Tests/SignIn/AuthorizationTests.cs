using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Journal;
using Esoz.SignIn;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.SignIn;

/// <summary>The consent of a user: scope, approval, explanation (sign-in §8).</summary>
public sealed class AuthorizationTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Authorization Authorization => registry.Services.GetRequiredService<Authorization>();

    [Fact(DisplayName = "The approval is widened: new names first, none twice; the code has what was asked for")]
    public async Task Widens()
    {
        var it = await SessionCase.Of(registry);
        await it.Authorize("division:read employee_role:read");

        var answer = (await it.Authorize("composition:read division:read  composition:read")).Succeeded(201);

        Assert.Equal("composition:read division:read", answer.Data.GetProperty("details").GetProperty("scope_request").GetString());
        Assert.Equal("composition:read division:read employee_role:read", await Approved(it));
    }

    [Fact(DisplayName = "A refusal says which of request, client type and roles lacked what, in the log and in request show, and nothing else")]
    public async Task Explains()
    {
        var it = await SessionCase.Of(registry);

        Assert.Equal("roles of the user: DOCTOR; client type OUTPATIENT lacks event:read; roles lack event:read, employee_role:write",
            await SeenOf(await it.Authorize("division:read event:read employee_role:write")));
        Assert.Equal("roles of the user: DOCTOR; roles lack employee_role:write", await SeenOf(await it.Authorize("employee_role:write")));
        Assert.Equal("no scope in the request; roles of the user: DOCTOR", await SeenOf(await it.Authorize(null)));
        Assert.Equal("roles of the user: DOCTOR; client type OUTPATIENT lacks no:route and 2 others; roles lack no:route and 2 others",
            await SeenOf(await it.Authorize("no:route ivanenko@example.ua 3126509816")));
        await registry.Execute("UPDATE employees SET status = 'DISMISSED' WHERE id = $1", it.Employee);
        Assert.Equal("roles of the user: none; roles lack division:read", await SeenOf(await it.Authorize("division:read")));
    }

    [Fact(DisplayName = "Before anybody has signed in the checks of user and roles hold; afterwards they are made, and nothing is written")]
    public async Task Examines()
    {
        var it = await SessionCase.Of(registry);
        AuthorizationRequest request = new(it.Provider, SessionCase.Callback, "division:read employee_role:write");

        var (refusal, asked) = await Authorization.Examine(request, null, Ct);
        Assert.Null(refusal);
        Assert.Equal(["division:read", "employee_role:write"], asked!.Scopes);
        (refusal, _) = await Authorization.Examine(request, it.User, Ct);
        Assert.Equal("8", refusal!.RuleNumber);
        Assert.Equal("2", (await Authorization.Examine(request with { ClientId = Guid.NewGuid() }, null, Ct)).Refusal!.RuleNumber);
        Assert.Equal("5", (await Authorization.Examine(request with { RedirectUri = "https://other.example.ua/" }, null, Ct)).Refusal!.RuleNumber);
        Assert.Equal("6", (await Authorization.Examine(request with { Scope = "" }, null, Ct)).Refusal!.RuleNumber);
        Assert.Equal("7", (await Authorization.Examine(request with { Scope = "event:read" }, null, Ct)).Refusal!.RuleNumber);

        await it.Authorize("division:read");
        (_, asked) = await Authorization.Examine(request with { Scope = "employee_role:read division:read" }, it.User, Ct);
        Assert.Equal(["employee_role:read", "division:read"], asked!.Scopes);
        Assert.Equal(["employee_role:read"], asked.NotYetApproved);
        Assert.False(asked.IsPublic);
        Assert.Equal("division:read", await Approved(it));
    }

    [Fact(DisplayName = "Roles of the client and global roles count together, roles with another client do not; a client's own scope counts")]
    public async Task Roles()
    {
        var it = await SessionCase.Of(registry, type: "RECEPTIONIST");
        var elsewhere = await SessionCase.Of(registry);
        await registry.Given.Employee(elsewhere.Provider, it.Party, type: "OWNER");
        const string scope = "person:read legal_entity:deactivate";

        (await it.Authorize("employee_role:write")).IsIlBusinessFault("$.scope",
            "User requested scope that is not allowed by role based access policies.");
        await registry.Execute("UPDATE clients SET scope = $2 WHERE id = $1", it.Provider, scope);
        (await it.Authorize(scope)).IsIlBusinessFault("$.scope",
            "User requested scope that is not allowed by role based access policies.");
        await registry.Execute("""
            INSERT INTO global_user_roles (id, user_id, role_id) SELECT gen_random_uuid(), $1, id FROM roles WHERE name = 'NHS_ADMIN'
            """, it.User);
        (await it.Authorize(scope)).Succeeded(201);
        (await it.Authorize("division:read")).IsIlBusinessFault("$.scope", "Scope is not allowed by client type.");
    }

    [Fact(DisplayName = "A consent that waits for the end of a role is refused; an end that waits for a consent takes approval and code")]
    public async Task EndInBetween()
    {
        var it = await SessionCase.Of(registry);
        await using (var connection = await registry.Database.Source.OpenConnectionAsync(Ct))
        {
            await using var transaction = await connection.BeginTransactionAsync(Ct);
            await using var end = PostgresDatabase.Command(connection, "UPDATE employees SET status = 'DISMISSED' WHERE id = $1", it.Employee);
            await end.ExecuteNonQueryAsync(Ct);
            var waiting = it.Authorize();
            await registry.WaitForBlockedQuery();
            await transaction.CommitAsync(Ct);
            (await waiting).IsIlBusinessFault("$.scope", "User requested scope that is not allowed by role based access policies.");
        }

        var other = await it.Colleague();
        await using (var connection = await registry.Database.Source.OpenConnectionAsync(Ct))
        {
            await using var transaction = await connection.BeginTransactionAsync(Ct);
            var (_, code) = await Authorization.Grant(new Work(registry.Database, "", connection),
                new(other.Provider, SessionCase.Callback, SessionCase.Scope), other.User, Ct);
            var waiting = registry.Execute("UPDATE employees SET status = 'DISMISSED' WHERE id = $1", other.Employee);
            await registry.WaitForBlockedQuery();
            await transaction.CommitAsync(Ct);
            await waiting;
            Assert.Equal(0L, await registry.Scalar<long>("SELECT count(*) FROM apps WHERE user_id = $1", other.User));
            (await other.Exchange(code!.Token.Value)).IsIlRefusal(401, "token_expired", "Token expired.");
        }
    }

    [Theory(DisplayName = "The code is merged into the query of the registered address")]
    [InlineData("https://mis.example.ua/oauth", "https://mis.example.ua/oauth?code=a%26b&state=%20")]
    [InlineData("https://mis.example.ua/oauth?tenant=1", "https://mis.example.ua/oauth?tenant=1&code=a%26b&state=%20")]
    public void Redirects(string registered, string expected) =>
        Assert.Equal(expected, Authorization.RedirectTo(registered, ("code", "a&b"), ("state", " ")));

    private Task<string> Approved(SessionCase it) => registry.Scalar<string>("SELECT scope FROM apps WHERE user_id = $1", it.User);

    /// <summary>What the refusal looked at: in the log, and as request show has it.</summary>
    private async Task<string?> SeenOf(Answer answer)
    {
        Assert.Equal(422, answer.Status);
        var id = answer.Json.GetProperty("meta").GetProperty("request_id").GetString()!;
        var accounts = new List<RequestAccount>();
        await Eventually.Holds(async () =>
        {
            accounts.Clear();
            await foreach (var entry in new JournalReader(registry.Database).Read(new JournalFilter { RequestId = id }, newestFirst: false, Ct))
                accounts.Add(RequestAccount.Of(entry, Methods.All));
            return accounts.Count == 1;
        });
        var seen = accounts[0].Refusal!.Seen!;
        Assert.Contains(registry.Log.Lines, line => line.Contains($": {seen}", StringComparison.Ordinal));
        return seen;
    }
}

/// <summary>With <c>OAUTH_SCOPE_POLICY=narrow</c> and a client that may leave out the scope.</summary>
public sealed class AuthorizationByPolicyTests(AuthorizationByPolicyTests.Narrow registry) : IClassFixture<AuthorizationByPolicyTests.Narrow>
{
    [Fact(DisplayName = "What is not allowed is left out of code and approval; when nothing is left the scope is empty")]
    public async Task Narrows()
    {
        var it = await SessionCase.Of(registry);

        var answer = (await it.Authorize("event:read division:read employee_role:write employee_role:read")).Succeeded(201);

        Assert.Equal("division:read employee_role:read", answer.Data.GetProperty("details").GetProperty("scope_request").GetString());
        Assert.Equal("division:read employee_role:read", await registry.Scalar<string>("SELECT scope FROM apps WHERE user_id = $1", it.User));
        foreach (var scope in new[] { "event:read", "employee_role:write", "", null })
        {
            (await it.Authorize(scope)).IsIlBusinessFault("$.scope",
                "Requested scope is empty. Scope not passed or user has no roles or global roles.");
        }
    }

    [Fact(DisplayName = "A trusted client may leave the scope out: it is that of the user's roles, as far as the client type has it")]
    public async Task Trusted()
    {
        var it = await SessionCase.Of(registry);
        var trusted = Narrow.Trusted;
        await registry.Given.Insert("legal_entities", new()
        {
            ["id"] = trusted,
            ["name"] = "Довірена",
            ["status"] = "ACTIVE",
            ["type"] = "OUTPATIENT",
            ["edrpou"] = "49999999",
            ["addresses"] = Given.Json("[]"),
            ["is_active"] = true,
        });
        await registry.Given.Client(trusted, "MSP_LIMITED");
        await registry.Given.Insert("connections", new()
        {
            ["client_id"] = trusted,
            ["consumer_id"] = it.Mis,
            ["redirect_uri"] = SessionCase.Callback,
            ["secret_hash"] = SecretHash.Of("trusted").Hex,
        });
        await registry.Given.Employee(trusted, it.Party, type: "DOCTOR");

        var answer = await registry.Send("POST", "/oauth/apps/authorize", it.Form,
            $$$"""{"app":{"client_id":"{{{trusted}}}","redirect_uri":"{{{SessionCase.Callback}}}"}}""");

        var scopes = answer.Succeeded(201).Data.GetProperty("details").GetProperty("scope_request").GetString()!.Split(' ');
        Assert.Contains("division:read", scopes);
        // The role has it, the client type has not.
        Assert.DoesNotContain("composition:read", scopes);
        Assert.Equal(scopes.Distinct(), scopes);
    }

    public sealed class Narrow(TestCluster cluster) : Registry(cluster)
    {
        public static readonly Guid Trusted = Guid.NewGuid();

        protected override Dictionary<string, string> Configuration => new()
        {
            ["OAUTH_SCOPE_POLICY"] = "narrow",
            ["TRUSTED_CLIENT_IDS"] = $"{Trusted}",
        };
    }
}
