using Esoz.Platform.Http;

namespace Esoz.Tests.Scenarios;

/// <summary>
/// Every method for providers, called on the rows of another provider: what another provider, a MIS and the NHS receive, and that
/// nothing changes.
/// </summary>
public sealed class ForeignEntitiesTests(ForeignEntitiesTests.TwoProviders registry) : IClassFixture<ForeignEntitiesTests.TwoProviders>
{
    private const string Sees = "sees";
    private const string SeesNothing = "sees nothing";
    private const string NotWorking = "409";

    /// <summary>
    /// Verb, path with the victim's ids, body; result for another provider, a MIS and the NHS: a status, or what a list shows.
    /// </summary>
    private static readonly (string Verb, string Path, string? Body, string Provider, string Mis, string Nhs)[] Matrix =
    [
        ("POST", "/api/employee_roles", """{"healthcare_service_id":"{service}","employee_id":"{colleague}"}""", "422",
            NotWorking, NotWorking),
        ("GET", "/api/employee_roles", null, SeesNothing, SeesNothing, SeesNothing),
        ("GET", "/api/employee_roles/{role}", null, "403", "403", "403"),
        ("PATCH", "/api/employee_roles/{role}/actions/deactivate", null, "403", NotWorking, NotWorking),

        ("GET", "/api/v2/legal_entities", null, SeesNothing, Sees, Sees),
        ("GET", "/api/v2/legal_entities/{legal_entity}", null, "403", "200", "200"),
        ("PATCH", "/api/legal_entities/{legal_entity}/actions/deactivate", null, "403", "403", "200"),

        ("POST", "/api/healthcare_services",
            """{"division_id":"{division}","category":{"coding":[{"system":"HEALTHCARE_SERVICE_CATEGORIES","code":"MSP"}]},"speciality_type":"GENERAL_SURGERY","providing_condition":"OUTPATIENT"}""", "422", NotWorking, NotWorking),
        ("GET", "/api/healthcare_services", null, SeesNothing, Sees, Sees),
        ("GET", "/api/healthcare_services/{service}", null, "403", "200", "200"),
        ("PATCH", "/api/healthcare_services/{service}", """{"comment":"Чужий"}""", "403", NotWorking, NotWorking),
        ("PATCH", "/api/healthcare_services/{service}/actions/activate", null, "403", NotWorking, NotWorking),
        ("PATCH", "/api/healthcare_services/{service}/actions/deactivate", null, "403", NotWorking, NotWorking),

        ("GET", "/api/divisions", null, SeesNothing, Sees, Sees),
        ("GET", "/api/divisions/{division}", null, "403", "200", "200"),
        ("POST", "/api/divisions", """
            {"name":"Чужа","type":"CLINIC","email":"a@b.ua","phones":[{"type":"MOBILE","number":"+380671234567"}],"legal_entity_id":"{legal_entity}",
             "addresses":[{"type":"RESIDENCE","country":"UA","area":"М.КИЇВ","settlement":"Київ","settlement_type":"CITY","settlement_id":"5e771e00-0000-4000-8000-000000000002"}]}
            """, "422", NotWorking, NotWorking),
        ("PATCH", "/api/divisions/{division}", """{"name":"Чужа"}""", "403", "403", "403"),
        ("PATCH", "/api/divisions/{division}/actions/activate", null, "403", "403", "403"),
        ("PATCH", "/api/divisions/{division}/actions/deactivate", null, "403", "403", "403"),

        ("GET", "/api/employees", null, SeesNothing, Sees, Sees),
        ("GET", "/api/employees/{employee}", null, "403", "200", "200"),
        ("PATCH", "/api/employees/{employee}/actions/deactivate", """{"status":"ENTERED_IN_ERROR"}""", "403", "403", "403"),

        // The client of a provider has the provider's id.
        ("GET", "/api/clients", null, SeesNothing, SeesNothing, Sees),
        ("GET", "/api/clients/{legal_entity}", null, "403", "403", "200"),
        ("GET", "/api/clients/{legal_entity}/connections", null, "403", "403", "200"),
        ("GET", "/api/clients/{legal_entity}/connections/{connection}", null, "403", "403", "200"),
        ("PATCH", "/api/clients/{legal_entity}/connections/{connection}", """{"redirect_uri":"https://thief.example.ua/oauth"}""",
            "403", "403", "200"),
        ("PATCH", "/api/clients/{legal_entity}/connections/{connection}/actions/refresh_secret", null, "403", "403", "401"),
        ("DELETE", "/api/clients/{legal_entity}/connections/{connection}", null, "403", "403", "200"),
    ];

    public static TheoryData<string, string, string> Calls
    {
        get
        {
            var calls = new TheoryData<string, string, string>();
            foreach (var (verb, path, _, provider, mis, nhs) in Matrix)
            {
                calls.Add($"{verb} {path}", "another provider", provider);
                calls.Add($"{verb} {path}", "MIS", mis);
                // What a stranger may do: the NHS closes legal entities, changes and deletes connections. The methods' own tests have it.
                if (verb == "GET" || nhs != "200")
                    calls.Add($"{verb} {path}", "NHS", nhs);
            }
            return calls;
        }
    }

    /// <summary>
    /// Settings belong to no legal entity, and a user has only itself.
    /// </summary>
    [Fact(DisplayName = "The matrix has every method that works for providers, but for those that read settings and the user")]
    public void Complete() => Assert.Equal(
        Methods.All.Where(card => card.Family == Family.IlMis && !IsElsewhere(card.Path))
            .Select(card => $"{card.Verb} {Place(card.Path)}").Order(StringComparer.Ordinal),
        Matrix.Select(row => $"{row.Verb} {Place(row.Path)}").Order(StringComparer.Ordinal));

    private static bool IsElsewhere(string path) => path.Contains("configurations", StringComparison.Ordinal)
        || path.StartsWith("/oauth/", StringComparison.Ordinal);

    [Theory(DisplayName = "Rows of other legal entities")]
    [MemberData(nameof(Calls))]
    public async Task OtherLegalEntities(string call, string who, string expected)
    {
        var row = Matrix.Single(row => $"{row.Verb} {row.Path}" == call);
        var before = await registry.Rows(TwoProviders.Victims, registry.Victim["legal_entity"]);

        var answer = await registry.Send(row.Verb, registry.Filled(row.Path)
            + (row.Verb == "GET" && !row.Path.Contains('{', StringComparison.Ordinal) ? "?page_size=500" : ""),
            registry.Stranger[who], row.Body is null ? null : registry.Filled(row.Body));

        if (expected is Sees or SeesNothing)
            Assert.Equal(expected == Sees, answer.Succeeded().Ids().Intersect(registry.Victim.Values).Any());
        else
            Assert.True(expected == $"{answer.Status}", $"{who}: {answer.Text}");
        Assert.Equal(before.SelectMany(line => line.Values), (await registry.Rows(TwoProviders.Victims, registry.Victim["legal_entity"]))
            .SelectMany(line => line.Values));
    }

    [Fact(DisplayName = "A refusal about a row of another legal entity reveals nothing of it")]
    public async Task RevealsNothing()
    {
        foreach (var row in Matrix.Where(row => row.Provider == "403"))
        {
            var answer = await registry.Send(row.Verb, registry.Filled(row.Path), registry.Stranger["another provider"],
                row.Body is null ? null : registry.Filled(row.Body));
            Assert.Equal(["meta", "error"], answer.Json.EnumerateObject().Select(member => member.Name));
            Assert.Equal(["type", "message"], answer.Json.GetProperty("error").EnumerateObject().Select(member => member.Name));
        }
    }

    /// <summary>The path without the names of its placeholders.</summary>
    private static string Place(string path) => System.Text.RegularExpressions.Regex.Replace(path, @"\{\w+\}", "{}");

    /// <summary>A provider with one row of everything, and clients that are strangers to it.</summary>
    public sealed class TwoProviders(TestCluster cluster) : Registry(cluster), IAsyncLifetime
    {
        /// <summary>All rows of the victim as text, for comparison.</summary>
        public const string Victims = """
            SELECT 'legal_entity' AS kind, legal_entities::text AS line FROM legal_entities WHERE id = $1
            UNION ALL SELECT 'client', clients::text FROM clients WHERE id = $1
            UNION ALL SELECT 'connection', connections::text FROM connections WHERE client_id = $1
            UNION ALL SELECT 'division', divisions::text FROM divisions WHERE legal_entity_id = $1
            UNION ALL SELECT 'service', healthcare_services::text FROM healthcare_services WHERE legal_entity_id = $1
            UNION ALL SELECT 'employee', employees::text FROM employees WHERE legal_entity_id = $1
            UNION ALL SELECT 'role', role::text FROM employee_roles role JOIN employees ON employees.id = role.employee_id WHERE legal_entity_id = $1
            ORDER BY 1, 2
            """;

        private const string Scopes =
            "employee_role:read employee_role:write healthcare_service:read healthcare_service:write division:read division:details division:write "
            + "division:activate division:deactivate employee:read employee:details employee:deactivate legal_entity:read legal_entity:deactivate "
            + "client:read connection:read connection:write connection:refresh_secret connection:delete";

        public Dictionary<string, Guid> Victim { get; } = [];

        public Dictionary<string, Credential> Stranger { get; } = [];

        public string Filled(string text) =>
            Victim.Aggregate(text, (filled, row) => filled.Replace($"{{{row.Key}}}", $"{row.Value}", StringComparison.Ordinal));

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            await InitializeAsync();
            var victim = Victim["legal_entity"] = await Given.Provider();
            Victim["division"] = await Given.Division(victim);
            Victim["service"] = await Given.HealthcareService(victim, Victim["division"]);
            Victim["employee"] = await Given.Doctor(victim, Victim["division"]);
            Victim["colleague"] = await Given.Doctor(victim, Victim["division"]);
            Victim["role"] = await Given.EmployeeRole(Victim["service"], Victim["employee"]);
            await Given.Connection(victim, "https://mis.example.ua/oauth");
            Victim["connection"] = await Scalar<Guid>("SELECT id FROM connections WHERE client_id = $1 AND consumer_id <> client_id", victim);
            Stranger["another provider"] = await Given.Token(await Given.Provider(), Scopes);
            foreach (var type in new[] { "MIS", "NHS" })
            {
                var client = Guid.NewGuid();
                await Given.Client(client, type, scopes: Scopes);
                Stranger[type] = await Given.Token(client, Scopes);
            }
        }
    }
}
