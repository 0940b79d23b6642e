using System.Text.RegularExpressions;
using System.Threading.RateLimiting;
using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Journal;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Esoz.Tests.Platform.Http;

/// <summary>
/// The steps of the gateway as a list: the documented steps are those executed; what a step saw; the cost of a request (platform §2).
/// </summary>
public sealed partial class GatewayStepsTests(GatewayStepsTests.Debugged registry) : IClassFixture<GatewayStepsTests.Debugged>
{
    private const string UsedUp = "used-up";
    private const string Other = "other:scope";
    private const int Limit = 20;
    private static readonly string AnyThumbprint = new('a', 64);

    private Given Given => registry.Given;

    [Theory(DisplayName =
        "A request that breaks every check and is corrected one fault at a time fails the documented checks, each once, in order")]
    [MemberData(nameof(Cards))]
    public async Task DocumentedIsRun(string id)
    {
        var card = Methods.All.Single(card => card.Id == id);
        await UseUp(card);
        var sent = new Sent { Size = card.BodyLimit + 1, Type = "text/plain", IdempotencyKey = "two words" };
        if (card.Family == Family.SignIn)
            sent.Token = UsedUp;
        await using var others = new OtherRequests(registry);
        var met = new List<string>();

        while (await RefusedBy(card, sent) is { } step)
        {
            met.Add(step);
            Assert.True(met.Count < 20, string.Join("\n", met));
            await Repair(card, sent, step, others);
        }

        Assert.Equal(Gateway.ChecksOf(card).Select(check => $"{check.Number}, {check.Rule}"), met);
    }

    [Fact(DisplayName = "Where no route matches, the one step is the route, in either dialect")]
    public async Task NoRoute()
    {
        foreach (var path in new[] { "/api/nothing", "/api/patients/nothing" })
        {
            var before = Lines().Count;
            Assert.Equal(404, (await registry.Send("GET", path)).Status);
            Assert.StartsWith("2, path and verb match a known route: GET matches no method", Logged(before), StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "The log has the values that the step checked, and never a secret")]
    public async Task Seen()
    {
        var broker = await Given.Provider(access: "BROKER");
        var token = await Given.Token(broker, Other);
        var path = $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate";

        await AssertLogs("3b, .*: Authorization: not sent", new());
        await AssertLogs("5b, .*: token: unknown, expired, without scopes, or its client or user is blocked", new("unknown-token"));
        await AssertLogs("6b, .*: api-key: not sent", token);
        await AssertLogs("6b, .*: api-key: unknown, expired, without scopes, or its client is blocked", token with { ApiKey = "unknown-key" });
        await AssertLogs("6b, .*: api-key of client .*, until .*, whose broker_scope is null", token with { ApiKey = await Given.ApiKey("MIS") });
        await AssertLogs("6d, .*: api-key of client .*, bound to 1 client certificates: the connection shows no client certificate",
            token with { ApiKey = await Given.ApiKey("MIS", brokerScope: "", certificates: AnyThumbprint) });
        await AssertLogs("7, .*: employee_role:write: missing", token with { ApiKey = await Given.ApiKey("MIS", brokerScope: "") });
        await AssertLogs("7, .*: employee_role:write: missing", await Given.Token(await Given.Provider(), Other));

        async Task AssertLogs(string pattern, Credential credential)
        {
            var before = Lines().Count;
            await registry.Send("PATCH", path, credential);
            Assert.Matches(pattern, Logged(before));
            foreach (var secret in new[] { credential.Token, credential.ApiKey }.OfType<string>())
                Assert.DoesNotContain(registry.Log.Lines, logged => logged.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Fact(DisplayName = "Every step of every method can report the values that it checked after it passed")]
    public async Task SeenWhenPassed()
    {
        var card = Methods.All.Single(card => card.Id == "private-create-contract-employee");
        var request = new GatewayRequest(NewGateway(), Request(card, await Given.Nhs()));

        Assert.Null((await Gateway.FirstToFail(request)).Refusal);

        var seen = Gateway.StepsOf(card).Select(step => step.Seen(request)).ToList();
        Assert.Equal("api-key: sent", seen[0]);
        Assert.Equal($"at most {Limit} per year", seen[1]);
        Assert.Matches("^api-key of client .*, until ", seen[2]);
        Assert.Matches("^api-key of client .*, bound to no client certificate$", seen[3]);
        Assert.Equal("Authorization: a bearer token", seen[4]);
        Assert.Matches(@"^token of client .* \(NHS\) and user .*, until ", seen[5]);
        Assert.Matches(@"^api-key of client .* \(NHS\); token of client ", seen[6]);
        Assert.Equal("private_contracts:write: granted", seen[7]);
        Assert.Equal("no limit", seen[8]);
        Assert.Matches("^client .*: 1 requests under way and 0 waiting, at most 1 of each$", seen[9]);
        Assert.Equal(["Content-Length: 2, at most 1048576 bytes", "Content-Type: application/json", "2 bytes"], seen[10..13]);
        Assert.Equal(["Idempotency-Key: not sent", "Idempotency-Key: not sent"], seen[13..]);
        request.Place!.Dispose();
    }

    [Fact(DisplayName = "A request with cached credentials passes without waiting, and the gateway allocates at most 584 bytes")]
    public async Task Cost()
    {
        const int rounds = 500;
        const int passes = 6;
        var card = Methods.All.Single(card => card.Path == "/api/patients/composition/job/{asyncJobId}");
        var token = await Given.Token(await Given.Provider(), string.Join(' ', card.Scopes));
        // Without limits, like most deployments. 560 bytes were allocated before the steps were a list; the access journal needs 16 more,
        // the limit of the requests of a client 8.
        var gateway = NewGateway(limited: false);
        await gateway.InvokeAsync(Request(card, token));
        var contexts = Enumerable.Range(0, passes * rounds).Select(_ => Request(card, token)).ToList();

        // Of several passes the cheapest: now and then the runtime itself allocates something once.
        var bytes = contexts.Chunk(rounds).Min(some =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Pass(some);
            return (GC.GetAllocatedBytesForCurrentThread() - before) / rounds;
        });

        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes} bytes a request");
        Assert.InRange(bytes, 1, 584);

        void Pass(HttpContext[] some)
        {
            foreach (var context in some)
                Assert.True(gateway.InvokeAsync(context).IsCompletedSuccessfully);
        }
    }

    public static TheoryData<string> Cards => [.. Methods.All.Select(card => card.Id)];

    /// <summary>Remembers credentials for longer than the test can take.</summary>
    private Gateway NewGateway(bool limited = true) => new(
        static _ => Task.CompletedTask,
        new Credentials(registry.Services.GetRequiredService<ReadReplica>(), registry.Clock, TimeSpan.FromHours(1)),
        limited ? registry.Services.GetRequiredService<RateLimits>() : new RateLimits([], registry.Clock),
        limited ? registry.Services.GetRequiredService<ConcurrencyLimit>() : new ConcurrencyLimit(0),
        registry.Services.GetRequiredService<BodyLimits>(), registry.Database, registry.Services.GetRequiredService<AccessJournal>(),
        NullLogger<Gateway>.Instance);

    private static HttpContext Request(MethodCard card, Credential credential)
    {
        HttpContext context = new DefaultHttpContext();
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(card), card.Id));
        context.Request.Headers.Authorization = $"Bearer {credential.Token}";
        if (credential.ApiKey is { } key)
            context.Request.Headers["api-key"] = key;
        if (card.Body is not null)
        {
            context.Request.Body = new MemoryStream("{}"u8.ToArray());
            (context.Request.ContentLength, context.Request.ContentType) = (2, "application/json");
        }
        return context;
    }

    /// <summary>Exhausts the rate limit of one credential.</summary>
    private async Task UseUp(MethodCard card)
    {
        if (card.Family == Family.Open)
            return;
        for (var i = 0; i <= Limit; i++)
            await registry.Send(card.Verb, card.Path, new(UsedUp, UsedUp));
    }

    /// <summary>Fixes the fault that the step found, so that the next one appears.</summary>
    private async Task Repair(MethodCard card, Sent sent, string step, OtherRequests others)
    {
        var scopes = string.Join(' ', card.Scopes);
        var isKeyFirst = card.Family is Family.IlAdmin or Family.PisBulk || sent.Token is null;
        var keyType = card.Family switch { Family.IlAdmin => "NHS", Family.PisBulk => "PIS", _ => "MIS" };
        switch (step[..step.IndexOf(',', StringComparison.Ordinal)])
        {
            case "3a":
                sent.ApiKey = UsedUp;
                break;
            case "3b" when card.Family == Family.Events:
                sent.ApiKey = "";
                break;
            case "3b" when card.Family == Family.SignIn:
                sent.Token = $"unknown {card.Id}";
                break;
            case "3b":
                sent.Token = UsedUp;
                break;
            case "4" when card.Bearer == SignInBearer.AccessToken:
                sent.Token = null;
                break;
            case "4" when isKeyFirst:
                sent.ApiKey = $"unknown {card.Id}";
                break;
            case "4":
                sent.Token = $"unknown {card.Id}";
                break;
            case "5a":
                sent.ApiKey = await Given.ApiKey(keyType, Other, brokerScope: "", AnyThumbprint);
                break;
            case "5c" when card.Family == Family.Events:
                (sent.Token, sent.ApiKey) = ($"unknown {card.Id}", null);
                break;
            case "5c":
                sent.ApiKey = await Given.ApiKey(card.Family == Family.IlAdmin ? "PIS" : keyType, Other, brokerScope: "");
                break;
            case "6a" when sent.Token is null:
                sent.Token = "unknown";
                break;
            case "6a":
                sent.Token = (await Given.Nhs(Other)).Token;
                break;
            case "5b":
                sent.Token = (await Given.Token(await Given.Provider(access: "BROKER"), Other)).Token;
                break;
            case "6b" when sent.ApiKey is null:
                sent.ApiKey = "unknown";
                break;
            case "6b":
                sent.ApiKey = await Given.ApiKey(keyType, brokerScope: "", certificates: AnyThumbprint);
                break;
            case "6d":
                sent.ApiKey = await Given.ApiKey(keyType, brokerScope: "");
                break;
            case "6c":
                sent.ApiKey = await Given.ApiKey("NHS", Other, brokerScope: "");
                break;
            case "7" when card.Family == Family.PisBulk:
                sent.ApiKey = await Given.ApiKey(keyType, scopes, brokerScope: "");
                break;
            case "7":
                sent.Token = card.Family == Family.IlAdmin
                    ? (await Given.Nhs(scopes)).Token
                    : (await Given.Token(await Given.Provider(access: "BROKER"), scopes)).Token;
                break;
            case "8":
                sent.ApiKey = await Given.ApiKey(keyType, scopes, brokerScope: scopes);
                break;
            case "8a":
                await others.End();
                return;
            case "9" when sent.Size > card.BodyLimit:
                sent.Size = 1;
                break;
            case "9" when sent.Type != "application/json":
                sent.Type = "application/json";
                break;
            case "9":
                sent.Size = 2;
                break;
            case "–" when sent.IdempotencyKey == "two words":
                sent.IdempotencyKey = "of-another-request";
                await Remember(sent);
                break;
            case "–":
                sent.IdempotencyKey = "new";
                break;
            default:
                Assert.Fail(step);
                break;
        }
        await others.Begin(sent);
    }

    /// <summary>The client of the token has already used the key for another request.</summary>
    private Task<int> Remember(Sent sent) => registry.Execute("""
        INSERT INTO idempotency_keys (client_id, key, request_hash, status, answer, inserted_at)
        SELECT (details ->> 'client_id')::uuid, $2, sha256('other'), 201, '{}', now() FROM tokens WHERE value_hash = $1::bpchar
        """, SecretHash.Of(sent.Token!).Hex, sent.IdempotencyKey);

    /// <summary>Number and text of the step that ended the request; null if it reached the method.</summary>
    private async Task<string?> RefusedBy(MethodCard card, Sent sent)
    {
        using var request = new HttpRequestMessage(new HttpMethod(card.Verb), new Uri(registry.Url, card.Path));
        if (sent.Token is { } token)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        if (sent.ApiKey is { } key)
            request.Headers.Add("api-key", key);
        request.Headers.Add(Idempotency.Header, sent.IdempotencyKey);
        if (card.Verb != "GET")
        {
            request.Content = new StringContent("{}".PadRight(sent.Size)[..sent.Size]);
            request.Content.Headers.ContentType = new(sent.Type);
            request.Headers.ExpectContinue = sent.Size > card.BodyLimit;
        }
        var before = Lines().Count;
        using var response = await registry.Http.SendAsync(request);
        var line = Logged(before);
        return line?[..line.IndexOf(": ", StringComparison.Ordinal)];
    }

    /// <summary>The last refusal that the gateway logged, without the text before it; null if there is no new one.</summary>
    private string? Logged(int before) => Lines().Skip(before).LastOrDefault();

    private List<string> Lines() =>
        [.. registry.Log.Lines.Select(line => LineOfGateway().Match(line)).Where(line => line.Success)
            .Select(line => line.Groups[1].Value)];

    /// <summary>Other requests of the client: as many as may be under way, and as many as may wait.</summary>
    private sealed class OtherRequests(Registry registry) : IAsyncDisposable
    {
        private readonly PartitionedRateLimiter<Guid> _limit = registry.Services.GetRequiredService<ConcurrencyLimit>().UnderWay!;
        private readonly List<Task<RateLimitLease>> _places = [];
        private CancellationTokenSource _end = new();
        private bool _haveEnded;

        /// <summary>Of the client that the credentials belong to, if they belong to one, unless they have ended once.</summary>
        public async Task Begin(Sent sent)
        {
            await Leave();
            if (_haveEnded || await ClientOf(sent) is not { } client)
                return;
            for (var i = 0; i < 2; i++)
                _places.Add(_limit.AcquireAsync(client, 1, _end.Token).AsTask());
        }

        public Task End()
        {
            _haveEnded = true;
            return Leave();
        }

        public async ValueTask DisposeAsync()
        {
            await Leave();
            _end.Dispose();
        }

        private async Task Leave()
        {
            await _end.CancelAsync();
            foreach (var place in _places.Where(place => place.IsCompletedSuccessfully))
                (await place).Dispose();
            _places.Clear();
            _end.Dispose();
            _end = new();
        }

        private Task<Guid?> ClientOf(Sent sent) => registry.Database.Command("""
            SELECT coalesce((SELECT (details ->> 'client_id')::uuid FROM tokens WHERE value_hash = $1::bpchar),
                            (SELECT client_id FROM connections WHERE secret_hash = $2::bpchar))
            """, Hash(sent.Token), Hash(sent.ApiKey)).ReadValue<Guid?>(TestContext.Current.CancellationToken);

        private static string Hash(string? secret) => SecretHash.Of(secret ?? "").Hex;
    }

    private sealed class Sent
    {
        public string? Token { get; set; }

        public string? ApiKey { get; set; }

        public required int Size { get; set; }

        public required string Type { get; set; }

        public required string IdempotencyKey { get; set; }
    }

    [GeneratedRegex("Refused by check (.*)", RegexOptions.Singleline)]
    private static partial Regex LineOfGateway();

    public sealed class Debugged(TestCluster cluster) : Registry(cluster)
    {
        protected override LogLevel MinimumLevel => LogLevel.Debug;

        protected override Dictionary<string, string> Configuration =>
            new(Enum.GetValues<Family>().Where(family => family != Family.Open).ToDictionary(
                family =>
                $"RATE_LIMIT_{(family switch { Family.IlMis => "IL_MIS", Family.IlAdmin => "IL_ADM", Family.PisBulk => "PIS_BULK", Family.Events => "EVENTS", Family.SignIn => "SIGN_IN", _ => "MC" })}_YEAR",
                _ => Limit.ToString(System.Globalization.CultureInfo.InvariantCulture)))
            {
                ["ESOZ_MAX_CLIENT_REQUESTS"] = "1",
            };
    }
}
