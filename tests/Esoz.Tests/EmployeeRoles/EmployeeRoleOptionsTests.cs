namespace Esoz.Tests.EmployeeRoles;

/// <summary>Effect of the settings of employee roles on <c>POST /api/employee_roles</c> (employee-roles §2, checks 1, 1a and 11).</summary>
public sealed class EmployeeRoleOptionsTests(EmployeeRoleOptionsTests.StrictRegistry registry)
    : IClassFixture<EmployeeRoleOptionsTests.StrictRegistry>
{
    private const string Path = "/api/employee_roles";
    private const string Scope = "employee_role:write";

    private Given Given => registry.Given;

    [Theory(DisplayName = "1 an unverified party may add roles for the configured number of days; without a party it is refused")]
    [InlineData("VERIFIED", 400, true)]
    [InlineData("VERIFICATION_NEEDED", 400, true)]
    [InlineData("CHANGES_NEEDED", 400, true)]
    [InlineData("NOT_VERIFIED", 9, true)]
    [InlineData("NOT_VERIFIED", 11, false)]
    [InlineData("no party", 0, false)]
    public async Task UnverifiedParty(string verification, int days, bool allowed)
    {
        var user = Guid.NewGuid();
        if (verification != "no party")
        {
            var party = await Given.Party(user: user);
            await registry.Execute(
                "UPDATE parties SET verification_status = $2, verification_changed_at = now() - make_interval(days => $3) WHERE id = $1",
                party, verification, days);
        }
        var provider = await Given.Provider();

        var answer = await registry.Send("POST", Path, await Given.Token(provider, Scope, user),
            Body(await Given.HealthcareService(provider), await Given.Doctor(provider)));

        if (allowed)
            answer.Succeeded(201);
        else
            answer.IsIlRefusal(403, "forbidden", "Access denied. Party is not verified");
    }

    [Fact(DisplayName = "1 comes before everything: the schema is broken and the legal entity CLOSED")]
    public async Task PartyFirst() =>
        (await registry.Send("POST", Path, await Given.Token(await Given.Provider("CLOSED"), Scope), "{}"))
            .IsIlRefusal(403, "forbidden", "Access denied. Party is not verified");

    [Theory(DisplayName = "1a a party that is confirmed to be deceased adds no roles, whatever the body")]
    [InlineData("VERIFIED", "MANUAL_CONFIRMED", false)]
    [InlineData("VERIFIED", "MANUAL_DECEASED", false)]
    [InlineData("VERIFIED", "MANUAL_NO_DEATH_RECORD", true)]
    [InlineData("VERIFIED", null, true)]
    [InlineData("NOT_VERIFIED", "MANUAL_CONFIRMED", true)]
    public async Task DeceasedParty(string verification, string? reason, bool allowed)
    {
        var user = Guid.NewGuid();
        await registry.Execute(
            "UPDATE parties SET dracs_death_verification_status = $2, dracs_death_verification_reason = $3 WHERE id = $1",
            await Given.Party(user: user), verification, reason);
        var provider = await Given.Provider();

        var answer = await registry.Send("POST", Path, await Given.Token(provider, Scope, user), allowed
            ? Body(await Given.HealthcareService(provider), await Given.Doctor(provider)) : "{}");

        if (allowed)
            answer.Succeeded(201);
        else
            answer.IsIlRefusal(403, "forbidden", "Access denied. Party is deceased");
    }

    [Fact(DisplayName = "1 is not checked when a role is deactivated")]
    public async Task CreateOnly()
    {
        var provider = await Given.Provider();

        (await registry.Send("PATCH", $"{Path}/{await Given.EmployeeRole(provider)}/actions/deactivate",
            await Given.Token(provider, Scope))).Succeeded();
    }

    [Theory(DisplayName = "11 with EMPLOYEE_ROLE_SPECIALITY_CHECK = any, one that is not held officio counts too")]
    [InlineData("FAMILY_DOCTOR", true)]
    [InlineData("GENERAL_SURGERY", false)]
    public async Task AnySpeciality(string speciality, bool matches)
    {
        var user = Guid.NewGuid();
        await Given.Party(user: user);
        var provider = await Given.Provider();
        var employee = await Given.Employee(provider);
        await registry.Execute(
            "UPDATE employees SET speciality = json_build_object('speciality', $2::text, 'speciality_officio', false) WHERE id = $1",
            employee, speciality);

        var answer = await registry.Send(
            "POST", Path, await Given.Token(provider, Scope, user), Body(await Given.HealthcareService(provider), employee));

        if (matches)
            answer.Succeeded(201);
        else
            answer.IsIlBusinessFault("$.employee_id", "Employee speciality should match healthcare service speciality type");
    }

    private static string Body(Guid service, Guid employee) => $$"""{"healthcare_service_id":"{{service}}","employee_id":"{{employee}}"}""";

    public sealed class StrictRegistry(TestCluster cluster) : Registry(cluster)
    {
        protected override Dictionary<string, string> Configuration => new()
        {
            ["BLOCK_UNVERIFIED_PARTY_USERS"] = "true",
            ["BLOCK_DECEASED_PARTY_USERS"] = "true",
            ["UNVERIFIED_PARTY_PERIOD_DAYS_ALLOWED"] = "10",
            ["EMPLOYEE_ROLE_SPECIALITY_CHECK"] = "any",
        };
    }
}
