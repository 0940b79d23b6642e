using Esoz.SignIn.Browser;

namespace Esoz.Tests.SignIn.Browser;

/// <summary>Scopes in plain words.</summary>
public sealed class ScopeWordsTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "Every scope of a role or of a client type has words of its own in both languages")]
    public async Task Complete()
    {
        var scopes = (await registry.Rows("""
            SELECT DISTINCT name FROM (SELECT string_to_table(scope, ' ') AS name FROM roles
                                        UNION SELECT string_to_table(scope, ' ') FROM client_types) AS all_scopes
            """)).Select(row => (string)row["name"]!).ToList();

        Assert.True(scopes.Count > 150);
        Assert.DoesNotContain(scopes, scope => !ScopeWords.IsKnown(scope));
    }

    [Fact(DisplayName = "One line for each kind of data, with all its actions, under its group; an unknown scope keeps its name")]
    public void Grouped()
    {
        var groups = ScopeWords.Explain(["composition:read", "made_up:thing", "employee_role:write", "employee_role:read", "employee:read"]);

        Assert.Equal(["Provider and staff", "Medical records", "Other"], groups.Select(group => group.Key.Title.English));
        Assert.Equal(["Employees: view", "Roles of employees: create and change, view"], groups[0].Select(InEnglish));
        Assert.Equal(["made_up: thing"], groups[^1].Select(InEnglish));
        Assert.Equal("Ролі працівників", groups[0].Last().What.Ukrainian);

        static string InEnglish(Permission permission) =>
            $"{permission.What.English}: {string.Join(", ", permission.Actions.Select(action => action.English))}";
    }
}
