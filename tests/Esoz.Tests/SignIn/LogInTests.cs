using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Esoz.Platform.Access;
using Esoz.SignIn;
using Esoz.Tests.Platform.Journal;

namespace Esoz.Tests.SignIn;

/// <summary>API-009-068-0001 Login (sign-in §6, §7).</summary>
public sealed class LogInTests(SignInRegistry registry) : IClassFixture<SignInRegistry>
{
    private const string Attempts = "You reached login attempts limit. Try again later";
    private const string NotRight = "Identity, password combination is wrong.";

    private readonly SignInCase _case = new(registry);

    [Fact(DisplayName = "A right password gives an access_token for the consent, with every member in its order, urgent last, and is not kept by caches")]
    public async Task Success()
    {
        var mis = await _case.Mis();
        var (user, email) = await _case.User();

        var asked = SignInCase.Now;
        var answer = (await _case.LogIn(mis, email.ToLowerInvariant())).Succeeded(201);

        Assert.Equal(["meta", "data", "urgent"], Names(answer.Json));
        Assert.Equal(["value", "user_id", "name", "id", "expires_at", "details"], Names(answer.Data));
        Assert.Equal($$"""{"scope":"app:authorize","grant_type":"password","client_id":"{{mis}}"}""",
            answer.Data.GetProperty("details").GetRawText());
        Assert.Equal("""{"next_step":"REQUEST_APPS"}""", answer.Json.GetProperty("urgent").GetRawText());
        Assert.Equal(user, answer.Data.GetProperty("user_id").GetGuid());
        Assert.Equal("access_token", answer.Data.GetProperty("name").GetString());
        var value = answer.Data.GetProperty("value").GetString()!;
        Assert.Matches("^[A-Za-z0-9_-]{43}$", value);
        Assert.Equal(("no-store", "no-cache"), (answer.Headers.CacheControl!.ToString(), answer.Headers.Pragma.ToString()));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        var row = Assert.Single(await registry.Rows("SELECT * FROM tokens WHERE id = $1", answer.Data.GetProperty("id").GetGuid()));
        Assert.Equal(SecretHash.Of(value).Hex, row["value_hash"]);
        Assert.Equal(answer.Data.GetProperty("expires_at").GetInt64(), row["expires_at"]);
        SignInCase.Lives(answer, 2_592_000, asked);
    }

    [Fact(DisplayName = "The page that prints PUT is served too")]
    public async Task Put()
    {
        var mis = await _case.Mis();
        var (_, email) = await _case.User();

        var body = new { token = new { grant_type = "password", email, password = SignInCase.Password, client_id = mis, scope = "app:authorize" } };

        (await _case.Send("PUT", SignInCase.Path, body)).Succeeded(201);
    }

    [Fact(DisplayName = "A sign-in ends the other access and 2fa tokens of the user with this client, and no others")]
    public async Task EndsOthers()
    {
        var (mis, other) = (await _case.Mis(), await _case.Mis());
        var (user, email) = await _case.User();
        await registry.Registrar.IssueToken(mis, user, "app:authorize", TimeSpan.FromHours(1), CancellationToken.None);
        await registry.Registrar.IssueToken(other, user, "app:authorize", TimeSpan.FromHours(1), CancellationToken.None);

        (await _case.LogIn(mis, email)).Succeeded(201);
        var last = (await _case.LogIn(mis, email)).Succeeded(201).Data.GetProperty("id").GetGuid();

        Assert.Equal(2, await _case.ValidTokens(user, "access_token"));
        Assert.True(await registry.Scalar<bool>("SELECT expires_at > extract(epoch FROM now()) FROM tokens WHERE id = $1", last));
    }

    [Fact(DisplayName = "change_password gives a change_password_token for ten minutes, also for a password that has expired")]
    public async Task Change()
    {
        var mis = await _case.Mis();
        var (_, email) = await _case.User(setBefore: TimeSpan.FromDays(91));

        var asked = SignInCase.Now;
        var answer = (await _case.LogIn(mis, email, scope: "user:change_password", grant: "change_password")).Succeeded(201);

        Assert.Equal("change_password_token", answer.Data.GetProperty("name").GetString());
        Assert.Equal($$"""{"scope":"user:change_password","grant_type":"change_password","client_id":"{{mis}}"}""",
            answer.Data.GetProperty("details").GetRawText());
        SignInCase.Lives(answer, 600, asked);
    }

    [Fact(DisplayName = "The audit log has the new token by the user, with client, request and address; the journal has the user, and neither has the e-mail")]
    public async Task Traces()
    {
        var mis = await _case.Mis();
        var (user, email) = await _case.User();

        var right = (await _case.LogIn(mis, email)).Succeeded(201);
        var wrong = await _case.LogIn(mis, email, SignInCase.Wrong);
        var unknown = await _case.LogIn(mis, SignInCase.NewEmail());
        var token = right.Data.GetProperty("id").GetGuid();

        var audit = Assert.Single(await registry.Rows(
            "SELECT actor_id, client_id, host(address) AS address, changeset::text AS changeset FROM audit_log WHERE resource = 'tokens' AND resource_id = $1::text", token));
        Assert.Equal((user.ToString(), mis, _case.Address), (audit["actor_id"], audit["client_id"], audit["address"]));
        var journal = new[] { await registry.Entry(right), await registry.Entry(wrong), await registry.Entry(unknown) };
        Assert.Equal([(201, null, user), (401, "4", user), (401, "4", (Guid?)null)], journal.Select(row => (row.Status, row.Rule, row.UserId)));
        Assert.All(journal, row => Assert.Equal(("API-009-068-0001", _case.Address), (row.MethodId, row.Address)));
        Assert.All(journal, row => Assert.Equal(mis, row.ClientId));
        Assert.Contains(token, journal[0].ObjectIds);
        Assert.Contains(registry.Log.Lines, line => line.Contains(
            $"Refused API-009-068-0001 by rule 4 with 401, client {mis}, user {user}", StringComparison.Ordinal));
        foreach (var secret in new[] { email, email.ToLowerInvariant(), SignInCase.Password, SignInCase.Wrong })
        {
            Assert.DoesNotContain(registry.Log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
            foreach (var table in new[] { "audit_log", "access_journal", "failed_logins" })
                Assert.Equal(0, await registry.Scalar<long>($"SELECT count(*) FROM {table} row WHERE row::text LIKE '%' || $1 || '%' AND (to_jsonb(row) ->> 'resource') IS DISTINCT FROM 'users'", secret));
        }
    }

    /// <summary>Each row breaks its own rule and every later one that can be broken at the same time, so the order is tested.</summary>
    public static TheoryData<string, int, string, string> Validations => new()
    {
        // what is wrong, status, type, message or description
        { "no grant; unknown client", 422, "$.grant_type", "Request must include grant_type." },
        { "other grant; unknown client", 401, "invalid_grant", "Grant type not allowed." },
        { "unknown client; wrong password; other scope", 401, "invalid_client", "Invalid client id." },
        { "blocked client; no grant types; wrong password; other scope", 401, "access_denied", "Client is blocked." },
        { "no grant types; locked; wrong password; other scope", 401, "access_denied", "Client is not allowed to issue login token." },
        { "other grant types; locked; wrong password; other scope", 401, "access_denied", "Client is not allowed to issue login token." },
        { "locked; right password", 401, "access_denied", Attempts },
        { "wrong password; blocked user; expired; other scope", 401, "access_denied", NotRight },
        { "unknown user; other scope", 401, "access_denied", NotRight },
        { "user without password; other scope", 401, "access_denied", NotRight },
        { "hash of unknown form; other scope", 401, "access_denied", NotRight },
        { "blocked user; expired; other scope", 401, "user_blocked", "User blocked." },
        { "expired; other scope", 401, "password_expired", "The password expired for user: {user}" },
        { "other scope", 422, "$.scope", "Scope is not allowed by client type." },
        { "scope of the API", 401, "access_denied", "Allowed scopes for the token are app:authorize." },
        { "change; scope of the API", 401, "access_denied", "Allowed scopes for the token are user:change_password." },
        { "change; both scopes", 401, "access_denied", "Allowed scopes for the token are user:change_password." },
    };

    [Theory(DisplayName = "Validation")]
    [MemberData(nameof(Validations))]
    public async Task Refuses(string wrong, int status, string type, string message)
    {
        bool Is(string fault) => wrong.Split("; ").Contains(fault);
        var mis = await _case.Mis(Is("no grant types") ? null : Is("other grant types") ? """["digital_signature"]""" : """["password"]""",
            "app:authorize user:change_password employee:read");
        if (Is("blocked client"))
            await registry.Registrar.BlockClient(mis, "test", CancellationToken.None);
        var (user, email) = await _case.User(Is("hash of unknown form") ? "$scrypt$x" : null, !Is("user without password"),
            Is("expired") ? TimeSpan.FromDays(90) : TimeSpan.FromDays(89));
        if (Is("blocked user"))
            await registry.Registrar.BlockUser(user, "test", CancellationToken.None);
        if (Is("locked"))
            await Lock(email);
        var form = new Dictionary<string, object>
        {
            ["grant_type"] = Is("other grant") ? "client_credentials" : wrong.StartsWith("change", StringComparison.Ordinal) ? "change_password" : "password",
            ["email"] = Is("unknown user") ? SignInCase.NewEmail() : email,
            ["password"] = Is("wrong password") ? SignInCase.Wrong : SignInCase.Password,
            ["client_id"] = Is("unknown client") ? Guid.NewGuid() : mis,
            ["scope"] = Is("other scope") ? "app:authorize other:scope" : Is("scope of the API") ? "employee:read"
                : Is("both scopes") ? "user:change_password app:authorize" : "app:authorize",
        };
        if (Is("no grant"))
            form.Remove("grant_type");

        var answer = await _case.Post(new { token = form });

        if (type.StartsWith('$'))
            answer.IsIlBusinessFault(type, message);
        else
            answer.IsIlRefusal(status, type, message.Replace("{user}", user.ToString(), StringComparison.Ordinal));
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM tokens WHERE user_id = $1", user));
    }

    [Theory(DisplayName = "Missing members are required, members of another type are cast, at paths without the root")]
    [InlineData("""{}""", "$.token required")]
    [InlineData("""{"token":[]}""", "$.token cast object")]
    [InlineData("""[]""", "$ cast object")]
    [InlineData("""{"token":{"grant_type":"password"}}""", "$.email required; $.password required; $.client_id required; $.scope required")]
    [InlineData("""{"token":{"grant_type":"change_password","email":"","password":null,"client_id":"x","scope":7}}""",
        "$.email required; $.password required; $.client_id cast uuid; $.scope cast string")]
    [InlineData("""{"token":{"grant_type":"authorize_2fa_access_token"}}""", "$.otp required")]
    [InlineData("""{"token":{"grant_type":"authorize_2fa_access_token","otp":null}}""", "$.otp required")]
    [InlineData("""{"token":{"grant_type":"authorize_2fa_access_token","otp":"123456"}}""", "$.otp cast integer")]
    public async Task Faults(string body, string faults)
    {
        var answer = await _case.Send("POST", SignInCase.Path, body);

        Assert.Equal(422, answer.Status);
        Assert.Equal(Answer.ValidationFailed, answer.Json.GetProperty("error").GetProperty("message").GetString());
        var expected = faults.Split("; ").Select(fault => fault.Split(' ')).Select(fault => fault[1] == "required"
            ? $$"""{"entry_type":"json_data_property","entry":"{{fault[0]}}","rules":[{"rule":"required","description":"can't be blank","params":[]}]}"""
            : $$"""{"entry_type":"json_data_property","entry":"{{fault[0]}}","rules":[{"rule":"cast","description":"is invalid","params":["{{fault[2]}}"]}]}""");
        Assert.Equal($"[{string.Join(',', expected)}]", answer.Json.GetProperty("error").GetProperty("invalid").GetRawText());
    }

    [Theory(DisplayName = "Faults of the body come before the method: size, media type, syntax")]
    [InlineData(413, 65_537, "application/json")]
    [InlineData(415, 10, "text/plain")]
    [InlineData(400, 10, "application/json")]
    public async Task BodyFaults(int status, int size, string type)
    {
        using var content = new StringContent("{".PadRight(size));
        content.Headers.ContentType = new(type);
        using var response = await registry.Http.PostAsync(SignInCase.Path, content, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("no-cache", response.Headers.Pragma.ToString());
    }

    [Fact(DisplayName = "Of 32 parallel wrong passwords ten are compared; the lock does not get longer by attempts, and ends")]
    public async Task Locks()
    {
        var mis = await _case.Mis();
        var (_, email) = await _case.User();

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => _case.LogIn(mis, email, SignInCase.Wrong)));

        var texts = answers.Select(answer => answer.Json.GetProperty("error").GetProperty("message").GetString()).ToList();
        // On a busy machine some may wait for their turn in vain: these do not count.
        var compared = texts.Count(text => text == NotRight);
        Assert.InRange(compared, 1, 10);
        for (; compared < 10; compared++)
            (await _case.LogIn(mis, email, SignInCase.Wrong)).IsIlRefusal(401, "access_denied", NotRight);
        (await _case.LogIn(mis, email)).IsIlRefusal(401, "access_denied", Attempts);
        Assert.Equal(10, await Failures(email));
        await registry.Execute("UPDATE failed_logins SET inserted_at = inserted_at - interval '10 minutes' WHERE email_hash = $1", Hash(email));
        (await _case.LogIn(mis, email)).Succeeded(201);
    }

    [Fact(DisplayName = "An e-mail that nobody has is locked as one that somebody has")]
    public async Task LocksUnknown()
    {
        var mis = await _case.Mis();
        var email = SignInCase.NewEmail();
        for (var i = 0; i < 10; i++)
            (await _case.LogIn(mis, email)).IsIlRefusal(401, "access_denied", NotRight);

        (await _case.LogIn(mis, email.ToUpperInvariant())).IsIlRefusal(401, "access_denied", Attempts);
    }

    [Fact(DisplayName = "Strangers cannot lock a user out of the place where the user signs in; the user's own failures there can")]
    public async Task NotForGood()
    {
        var mis = await _case.Mis();
        var (_, email) = await _case.User();
        var stranger = new SignInCase(registry);
        (await _case.LogIn(mis, email)).Succeeded(201);
        await Lock(email, stranger.Address);

        (await stranger.LogIn(mis, email)).IsIlRefusal(401, "access_denied", Attempts);
        (await new SignInCase(registry).LogIn(mis, email)).IsIlRefusal(401, "access_denied", Attempts);
        (await _case.LogIn(mis, email)).Succeeded(201);

        await Lock(email, _case.Address);
        (await _case.LogIn(mis, email)).IsIlRefusal(401, "access_denied", Attempts);
    }

    [Fact(DisplayName = "After 100 failures of an address it is answered 429, whatever the e-mail; networks of version 6 count as one address")]
    public async Task AddressLimit()
    {
        var mis = await _case.Mis();
        var (_, email) = await _case.User();
        await registry.Execute(
            "INSERT INTO failed_logins (email_hash, address) SELECT md5(n::text) || md5(n::text), '2001:db8:1:2::' FROM generate_series(1, 100) n");

        var refused = await new SignInCase(registry) { Address = "2001:db8:1:2:3::4" }.LogIn(mis, email);

        refused.IsIlRefusal(429, "too_many_requests", "API rate limit exceeded");
        Assert.Equal(600, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        (await new SignInCase(registry) { Address = "2001:db8:1:3::4" }.LogIn(mis, email)).Succeeded(201);
    }

    [Fact(DisplayName = "Of 32 parallel sign-ins of one user one token stays valid")]
    public async Task Race()
    {
        var mis = await _case.Mis();
        var (user, email) = await _case.User();
        await registry.Execute("INSERT INTO sign_in_addresses (user_id, address) VALUES ($1, $2::inet)", user, _case.Address);

        var answers = new List<Answer>();
        foreach (var _ in Enumerable.Range(0, 4))
            answers.AddRange(await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SignInCase.Patiently(() => _case.LogIn(mis, email)))));

        Assert.All(answers, answer => answer.Succeeded(201));
        Assert.Equal(1, await _case.ValidTokens(user, "access_token"));
        Assert.Equal(0, await Failures(email));
    }

    [Theory(DisplayName = "A hash of bcrypt or with other parameters signs in and is replaced, in the history too; the age of the password stays")]
    [InlineData("bcrypt")]
    [InlineData("pbkdf2")]
    public async Task Rehash(string kind)
    {
        var old = kind == "bcrypt"
            ? Org.BouncyCastle.Crypto.Generators.OpenBsdBCrypt.Generate("2b", SignInCase.Password.ToCharArray(), new byte[16], 5)
            : $"$pbkdf2-sha512$i=1000${Convert.ToBase64String(new byte[16]).TrimEnd('=')}${Convert.ToBase64String(System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2(SignInCase.Password, new byte[16], 1000, System.Security.Cryptography.HashAlgorithmName.SHA512, 64)).TrimEnd('=')}";
        var mis = await _case.Mis();
        var (user, email) = await _case.User(old, setBefore: TimeSpan.FromDays(30));
        await registry.Execute("INSERT INTO password_history (user_id, password_hash) VALUES ($1, $2)", user, old);
        var setAt = await registry.Scalar<DateTime>("SELECT password_set_at FROM users WHERE id = $1", user);

        (await _case.LogIn(mis, email, SignInCase.Wrong)).IsIlRefusal(401, "access_denied", NotRight);
        (await _case.LogIn(mis, email)).Succeeded(201);

        var row = Assert.Single(await registry.Rows(
            "SELECT u.password_hash, u.password_set_at, h.password_hash AS remembered FROM users u JOIN password_history h ON h.user_id = u.id WHERE u.id = $1", user));
        Assert.StartsWith("$pbkdf2-sha512$i=210000,l=32$", (string)row["password_hash"]!, StringComparison.Ordinal);
        Assert.Equal((row["password_hash"], (object)setAt), (row["remembered"], row["password_set_at"]));
        (await _case.LogIn(mis, email)).Succeeded(201);
    }

    [Fact(DisplayName = "й typed as two characters is the same password")]
    public async Task Nfc()
    {
        var mis = await _case.Mis();
        var (_, email) = await _case.User(PasswordHash.Of("Чайний-Напій-77"));

        (await _case.LogIn(mis, email, "Чайний-Напій-77".Replace("й", "и\u0306", StringComparison.Ordinal))).Succeeded(201);
    }

    [Fact(DisplayName = "An unknown e-mail, and a user without a password, cost the same statements and the same hash as a wrong password")]
    public async Task Timing()
    {
        const int samples = 9;
        var mis = await _case.Mis();
        var emails = new Dictionary<string, Func<Task<string>>>
        {
            ["known"] = async () => (await _case.User()).Email,
            ["unknown"] = () => Task.FromResult(SignInCase.NewEmail()),
            ["without password"] = async () => (await _case.User(hasPassword: false)).Email,
        };
        var statements = new Dictionary<string, List<string>>();
        var times = emails.ToDictionary(kind => kind.Key, _ => new List<double>());
        for (var i = 0; i < samples; i++)
        {
            foreach (var (kind, make) in emails)
            {
                var email = await make();
                var clock = Stopwatch.StartNew();
                var sent = await StatementsOf(mis, email);
                times[kind].Add(clock.Elapsed.TotalMilliseconds);
                statements[kind] = sent;
            }
        }

        var medians = times.ToDictionary(kind => kind.Key, kind => kind.Value.Order().ElementAt(samples / 2));
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", medians.Select(kind => $"{kind.Key} {kind.Value:F1} ms")));
        Assert.Contains(statements["known"], sql => sql.Contains("failed_logins", StringComparison.Ordinal));
        Assert.Equal(statements["known"], statements["unknown"]);
        Assert.Equal(statements["known"], statements["without password"]);
        // Without the hash it would be a tenth.
        Assert.All(medians.Values, median => Assert.InRange(median / medians["known"], 0.5, 2));
    }

    private async Task<List<string>> StatementsOf(Guid mis, string email)
    {
        var trace = ActivityTraceId.CreateRandom();
        var statements = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name == "Npgsql" && activity.TraceId == trace)
                    statements.Enqueue((string)(activity.GetTagItem("db.query.text") ?? activity.GetTagItem("db.statement") ?? activity.DisplayName));
            },
        };
        ActivitySource.AddActivityListener(listener);
        var body = new { token = new { grant_type = "password", email, password = SignInCase.Wrong, client_id = mis, scope = "app:authorize" } };
        var answer = await registry.Send("POST", SignInCase.Path, null, JsonSerializer.Serialize(body), ("X-Forwarded-For", _case.Address),
            ("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01"));
        answer.IsIlRefusal(401, "access_denied", NotRight);
        return [.. statements];
    }

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    private string Hash(string email) =>
        ((SignInKeys)registry.Services.GetService(typeof(SignInKeys))!).OfEmail(email);

    private Task<long> Failures(string email) =>
        registry.Scalar<long>("SELECT count(*) FROM failed_logins WHERE email_hash = $1::bpchar", Hash(email));

    private Task<int> Lock(string email, string? address = null) => registry.Execute(
        "INSERT INTO failed_logins (email_hash, address) SELECT $1, $2::inet FROM generate_series(1, 10)", Hash(email), address ?? "192.0.2.7");
}
