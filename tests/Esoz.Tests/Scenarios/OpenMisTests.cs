using System.Text.Json;
using Esoz.Codes;
using Esoz.Import;
using Esoz.Sandbox.Demo;
using Esoz.Sandbox.Generate;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Scenarios;

/// <summary>
/// The calls by which an open MIS synchronises itself with the registry, on every kind of data that this program makes: no answer lacks a
/// member that such a client demands (<see cref="ClientDemands"/>).
/// </summary>
public sealed class OpenMisTests(TestCluster cluster)
{
    private const string Scopes =
        "employee_role:read healthcare_service:read division:read division:details employee:read employee:details legal_entity:read";

    private static readonly string[] EmployeeStatuses = ["APPROVED", "STOPPED", "AUTODEACTIVATED"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory(DisplayName = "An open MIS reads dictionaries, legal entities, divisions, services, roles and employees, and finds all that it demands")]
    [InlineData("demo", 6, 5, 7, 5, 8)]
    [InlineData("generated", 7, 12, 30, 60, 260)]
    [InlineData("imported", 8, 1, 1, 1, 2)]
    public async Task Synchronises(string data, int legalEntities, int divisions, int services, int roles, int employees)
    {
        var registry = new Registry(cluster);
        await registry.InitializeAsync();
        await using var _ = registry;
        await Load(data, registry);
        // A MIS calls with a token of its own client; an api-key is not the subject here.
        await registry.Execute("UPDATE clients SET access_type = 'DIRECT'");
        var mis = Guid.NewGuid();
        await registry.Given.Client(mis, "MIS");
        var synchronisation = new Synchronisation(registry, await registry.Given.Token(mis, Scopes));

        await synchronisation.Read("/api/v2/dictionaries", _ => ClientDemands.Dictionary);
        var seen = (
            await synchronisation.Read("/api/v2/legal_entities", _ => ClientDemands.LegalEntity, _ => ClientDemands.LegalEntityDetails),
            await synchronisation.Read("/api/divisions", _ => ClientDemands.Division, _ => ClientDemands.Division),
            await synchronisation.Read("/api/healthcare_services", _ => ClientDemands.HealthcareService,
                _ => ClientDemands.HealthcareService),
            await Roles(synchronisation, registry),
            await Employees(synchronisation));

        Assert.True(synchronisation.Unmet.Count == 0, string.Join('\n', synchronisation.Unmet.Take(40)));
        Assert.True(seen.Item1 >= legalEntities && seen.Item2 >= divisions && seen.Item3 >= services && seen.Item4 >= roles
            && seen.Item5 >= employees, $"Too little was read: {seen}");
    }

    [Fact(DisplayName = "The check finds what is missing, null, empty or of another type")]
    public void FindsFaults()
    {
        var demands = new ClientDemands("""
            a text
            b[+].c- integer
            d object?
            d.e text
            f text
            """);

        Assert.Empty(Unmet("""{"a":"","b":[{}],"d":null,"f":""}"""));
        Assert.Equal(["a is no text: ", "b is empty", "d is missing", "d is missing", "f is missing"], Unmet("""{"a":null,"b":[]}"""));
        Assert.Equal(["b.c is no integer: ", "d.e is missing", "f is no text: 1"], Unmet("""{"a":"","b":[{"c":null}],"d":{"x":1},"f":1}"""));

        IEnumerable<string> Unmet(string json) => demands.Unmet(JsonDocument.Parse(json).RootElement);
    }

    private async Task Load(string data, Registry registry)
    {
        switch (data)
        {
            case "demo":
                await DemoRegistry.Load(registry.Database, Ct);
                break;
            case "generated":
                await SyntheticRegistry.Write(registry.Database, 260, 1, registry.Clock, _ => { }, Ct);
                break;
            default:
                var directory = Path.Combine(registry.DataDirectory, "import");
                ImportedProvider.WriteTo(directory);
                await ImportDirectory.Run(registry.Database.Source, directory, _ => { }, Ct);
                await ImportNszu.Run(registry.Database.Source, SourceTree.PathOf("tests", "data", "nszu.csv"), Ct);
                break;
        }
    }

    /// <summary>Roles are read by the legal entity that has them.</summary>
    private static async Task<int> Roles(Synchronisation synchronisation, Registry registry)
    {
        var count = 0;
        foreach (var row in await registry.Rows("SELECT id, EXISTS (SELECT FROM clients WHERE clients.id = legal_entities.id) AS known FROM legal_entities"))
        {
            var provider = (Guid)row["id"]!;
            if (row["known"] is false)
                await registry.Given.Client(provider, "MSP");
            count += await (synchronisation with { Credential = await registry.Given.Token(provider, Scopes) })
                .Read("/api/employee_roles", _ => ClientDemands.EmployeeRole, _ => ClientDemands.EmployeeRole);
        }
        return count;
    }

    private static async Task<int> Employees(Synchronisation synchronisation)
    {
        var count = 0;
        foreach (var status in EmployeeStatuses)
            count += await synchronisation.Read("/api/employees",
                employee => ClientDemands.Employee(Block(employee) is { } block && employee.TryGetProperty(block, out _) ? block : null),
                employee => ClientDemands.EmployeeDetails(Block(employee)), $"&status={status}");
        return count;

        static string? Block(JsonElement employee) => employee.GetProperty("employee_type").GetString()! is var type
            && EmployeeType.HasRoleBlock(type) ? type.ToLowerInvariant() : null;
    }

    private sealed record Synchronisation(Registry Registry, Credential Credential)
    {
        public List<string> Unmet { get; } = [];

        /// <summary>Reads every page of a list, and every item by its id.</summary>
        /// <returns>Number of items.</returns>
        public async Task<int> Read(
            string path, Func<JsonElement, ClientDemands> listed, Func<JsonElement, ClientDemands>? byId = null, string query = "")
        {
            var count = 0;
            for (var page = 1; ; page++)
            {
                var answer = (await Registry.Send("GET", $"{path}?page={page}&page_size=300{query}", Credential)).Succeeded();
                foreach (var item in answer.Data.EnumerateArray())
                {
                    count++;
                    Compare(path, item, listed(item));
                    if (byId is null)
                        continue;
                    var id = item.GetProperty("id").GetString();
                    var details = (await Registry.Send("GET", $"{path}/{id}", Credential)).Succeeded().Data;
                    Compare($"{path}/{{id}}", details, byId(details));
                }
                if (byId is null || page >= answer.Json.GetProperty("paging").GetProperty("total_pages").GetInt32())
                    return count;
            }
        }

        private void Compare(string path, JsonElement item, ClientDemands demands) =>
            Unmet.AddRange(demands.Unmet(item).Select(unmet => $"{path}: {unmet}"));
    }
}
