using Esoz.Compositions;
using Esoz.Contracts;
using Esoz.EmployeeRoles;
using Esoz.Platform.Http;

namespace Esoz.Tests.Platform.Http;

/// <summary>A refused request leaves one line at level Information, whatever refused it; a successful one leaves none.</summary>
public sealed class RefusalLogTests(Registry registry) : IClassFixture<Registry>
{
    private Given Given => registry.Given;

    [Fact(DisplayName = "Refusals of the gateway: method, number of the step, status, and whoever is known by then; nothing that was sent")]
    public async Task Gateway()
    {
        var provider = await Given.Provider();
        var user = Guid.NewGuid();
        var other = await Given.Token(provider, "employee_role:read", user);
        var key = await Given.ApiKey("NHS");
        var keyOwner = await registry.Scalar<Guid>(
            "SELECT client_id FROM connections WHERE secret_hash = $1::bpchar", Esoz.Platform.Access.SecretHash.Of(key).Hex);
        var role = $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate";
        var deactivate = DeactivateEmployeeRole.Card.Id;

        await Leaves("unknown by rule 2 with 404, client , user ", "GET", $"/api/people/{Guid.NewGuid()}?tax_id=3126509816");
        await Leaves("unknown by rule 2 with 404, client , user ", "GET", "/api/patients/nothing/here");
        await Leaves($"{deactivate} by rule 3b with 401, client , user ", "PATCH", role);
        await Leaves($"{deactivate} by rule 5b with 401, client , user ", "PATCH", role, new("an-unknown-token"));
        await Leaves($"{deactivate} by rule 7 with 403, client {provider}, user {user}", "PATCH", role, other);
        await Leaves($"{GetEmployeesBulk} by rule 3a with 401, client , user ", "GET", "/api/pis/bulk/employees");
        await Leaves($"{GetContracts.Card.Id} by rule 6a with 401, client {keyOwner}, user ", "GET", GetContracts.Card.Path, new("unknown", key));
        await Leaves($"{CreateComposition.Card.Id} by rule 3b with 401, client , user ", "POST", CreateComposition.Card.Path, null, "{}");
    }

    [Fact(DisplayName = "Refusals of methods: number of the rule on the page, also after a placeholder is filled in; by name the form of body and query")]
    public async Task Methods()
    {
        var provider = await Given.Provider();
        var user = Guid.NewGuid();
        var token = await Given.Token(provider, "employee_role:read employee_role:write composition:read", user);
        var who = $"client {provider}, user {user}";
        var service = await Given.HealthcareService(provider);

        await Leaves($"{DeactivateEmployeeRole.Card.Id} by rule 2 with 404, {who}", "PATCH",
            $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate", token);
        await Leaves($"{DeactivateEmployeeRole.Card.Id} by rule 4 with 409, {who}", "PATCH",
            $"/api/employee_roles/{await Given.EmployeeRole(provider, "INACTIVE")}/actions/deactivate", token);
        await Leaves($"{CreateEmployeeRole.Card.Id} by rule 5 with 422, {who}", "POST", "/api/employee_roles", token,
            $$"""{"healthcare_service_id":"{{service}}","employee_id":"{{Guid.NewGuid()}}"}""");
        await Leaves($"{CreateEmployeeRole.Card.Id} by rule schema with 422, {who}", "POST", "/api/employee_roles", token, "{}");
        await Leaves($"{GetEmployeeRoles.Card.Id} by rule query with 422, {who}", "GET", "/api/employee_roles?status=CLOSED", token);

        await Leaves($"{GetAsyncJobStatus.Card.Id} by rule {GetAsyncJobStatus.Card.Validations[^1].Number} with 404, {who}", "GET",
            $"/api/patients/composition/job/{Guid.NewGuid()}", token);
    }

    [Fact(DisplayName = "Every line names a rule: a malformed body of MC, and what many methods share, by the number on the page of the method")]
    public async Task Shared()
    {
        var provider = await Given.Provider();
        var user = Guid.NewGuid();
        var key = new Credential(ApiKey: await Given.ApiKey("PIS"));
        var pis = await registry.Scalar<Guid>(
            "SELECT client_id FROM connections WHERE secret_hash = $1::bpchar", Esoz.Platform.Access.SecretHash.Of(key.ApiKey!).Hex);

        await Leaves($"{CreateComposition.Card.Id} by rule schema with 400, client {provider}, user {user}", "POST", CreateComposition.Card.Path,
            await Given.Token(provider, "composition:create", user), "{}");
        await Leaves($"{GetEmployeesBulk} by rule query with 422, client {pis}, user ", "GET", "/api/pis/bulk/employees?depth=0", key);
        await Leaves($"{GetEmployeesBulk} by rule 2 with 503, client {pis}, user ", "GET", "/api/pis/bulk/employees", key);
    }

    [Fact(DisplayName = "A successful request leaves no line")]
    public async Task Success()
    {
        var token = await Given.Token(await Given.Provider(), "employee_role:read");
        var before = Lines().Count;

        Assert.Equal(200, (await registry.Send("GET", "/api/employee_roles", token)).Status);

        Assert.Equal(before, Lines().Count);
    }

    private const string GetEmployeesBulk = "API-005-012-002-0477";

    private async Task Leaves(string line, string verb, string path, Credential? credential = null, string? body = null)
    {
        var before = Lines().Count;
        await registry.Send(verb, path, credential, body);
        Assert.Equal($"Information {typeof(RefusalLog).FullName}: Refused {line}", Assert.Single(Lines()[before..]));
    }

    private List<string> Lines() =>
        [.. registry.Log.Lines.Where(line => line.Contains(nameof(RefusalLog), StringComparison.Ordinal)).Select(line => line[..^1])];
}
