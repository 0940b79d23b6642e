namespace Esoz.Tests.Platform.Http;

/// <summary>Internal errors (platform §10): the family's 500, with the details only in the log.</summary>
public sealed class UnhandledFaultsTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "A fault is 500 in the envelope without details of its cause, and is logged once")]
    public async Task Il()
    {
        var token = await registry.Given.Token(await registry.Given.Provider(), "employee_role:write");
        await registry.Execute("ALTER TABLE employee_roles RENAME TO away");
        try
        {
            var answer = await registry.Send("PATCH", $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate", token);

            answer.IsIlRefusal(500, "internal_error", "Internal server error");
            foreach (var cause in new[] { "employee_roles\"", "relation", "Npgsql", "42P01", "at Esoz" })
                Assert.DoesNotContain(cause, answer.Text, StringComparison.OrdinalIgnoreCase);
            var line = Assert.Single(registry.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal)
                && line.Contains("\"employee_roles\" does not exist", StringComparison.Ordinal));
            Assert.Contains("API-005-007-004-0127", line, StringComparison.Ordinal);
            Assert.DoesNotContain(token.Token!, line, StringComparison.Ordinal);
        }
        finally
        {
            await registry.Execute("ALTER TABLE away RENAME TO employee_roles");
        }
    }

    [Fact(DisplayName = "A fault while the gateway loads credentials is the family's 500 too, and the next request works")]
    public async Task Gateway()
    {
        var token = await registry.Given.Token(await registry.Given.Provider(), "employee_role:write");
        var path = $"/api/employee_roles/{Guid.NewGuid()}/actions/deactivate";
        await registry.Execute("ALTER TABLE tokens RENAME TO away");

        var answer = await registry.Send("PATCH", path, token);

        await registry.Execute("ALTER TABLE away RENAME TO tokens");
        answer.IsIlRefusal(500, "internal_error", "Internal server error");
        Assert.Equal(404, (await registry.Send("PATCH", path, token)).Status);
    }
}
