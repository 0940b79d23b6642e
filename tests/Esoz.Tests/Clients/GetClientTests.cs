using Esoz.Platform.Access;

namespace Esoz.Tests.Clients;

/// <summary>API-009-007-0002 Get client by ID (sign-in §12).</summary>
public sealed class GetClientTests(Registry registry) : IClassFixture<Registry>
{
    private const string Scope = "client:read";

    private Given Given => registry.Given;

    [Fact(DisplayName = "Shows the client with every member in order, and its settings as they are stored")]
    public async Task Shows()
    {
        var client = await Given.Provider();
        await registry.Execute("""
            UPDATE clients SET name = 'КНП «Поліклініка»', settings = '{"allowed_grant_types": ["password"]}', block_reason = 'перевірка',
                   inserted_at = '2026-01-05T09:00:00Z', updated_at = '2026-01-06T09:00:00.000104Z'
             WHERE id = $1
            """, client);

        var data = (await Get($"{client}", await Given.Token(client, Scope))).Succeeded().Data;

        Assert.Equal(ConnectionCase.ClientMembers, data.EnumerateObject().Select(member => member.Name));
        Assert.Equal($$"""
            {"id":"{{client}}","name":"КНП «Поліклініка»","settings":{"allowed_grant_types": ["password"]},"user_id":"{{Registrar.SystemUser}}","client_type_id":"{{await TypeId("MSP")}}","client_type_name":"MSP","is_blocked":false,"block_reason":"перевірка","inserted_at":"2026-01-05T09:00:00Z","updated_at":"2026-01-06T09:00:00.000104Z"}
            """, data.GetRawText());
    }

    [Theory(DisplayName = "The owner is whom the operator has named, else the user with the role of an owner, else the system user")]
    [InlineData("named OWNER", "named")]
    [InlineData("OWNER", "employee")]
    [InlineData("PHARMACY_OWNER", "employee")]
    [InlineData("DOCTOR", "system")]
    public async Task Owner(string given, string expected)
    {
        var (client, employee, named) = (await Given.Provider(), Guid.NewGuid(), Guid.NewGuid());
        await Given.Employee(client, await Given.Party(user: employee), type: given.Split(' ')[^1]);
        await Given.Party(user: named);
        if (given.StartsWith("named", StringComparison.Ordinal))
            await registry.Execute("UPDATE clients SET user_id = $2 WHERE id = $1", client, named);

        var data = (await Get($"{client}", await Given.Token(client, Scope))).Succeeded().Data;

        Assert.Equal(expected switch { "named" => named, "employee" => employee, _ => Registrar.SystemUser },
            data.GetProperty("user_id").GetGuid());
    }

    [Fact(DisplayName = "The owner leaves: the client is the system user's")]
    public async Task OwnerLeft()
    {
        var (client, user) = (await Given.Provider(), Guid.NewGuid());
        var employee = await Given.Employee(client, await Given.Party(user: user), type: "OWNER");
        await registry.Execute("UPDATE employees SET status = 'DISMISSED', is_active = false WHERE id = $1", employee);

        var data = (await Get($"{client}", await Given.Token(client, Scope))).Succeeded().Data;

        Assert.Equal(Registrar.SystemUser, data.GetProperty("user_id").GetGuid());
    }

    [Theory(DisplayName = "Validation")]
    [InlineData("1 there is no such client", "missing", 404, "not_found", "Client not found")]
    [InlineData("1 the id is no uuid", "not a uuid", 404, "not_found", "Client not found")]
    [InlineData("2 the client is foreign", "foreign", 403, "forbidden", "Access denied")]
    public async Task Refuses(string rule, string client, int status, string type, string message)
    {
        foreach (var own in new[] { await Given.Provider(), await Given.NewClient("MIS") })
        {
            var answer = await Get(await Given.ClientId(own, client), await Given.Token(own, Scope));

            Assert.True(answer.Status == status, $"{rule}: {answer.Text}");
            answer.IsIlRefusal(status, type, message);
        }
    }

    [Fact(DisplayName = "The NHS sees every client")]
    public async Task Nhs()
    {
        var client = await Given.Provider();

        Assert.Equal(client, (await Get($"{client}", await Given.Token(await Given.NewClient("NHS"), Scope))).Succeeded().Data
            .GetProperty("id").GetGuid());
    }

    private Task<Answer> Get(string id, Credential credential) => registry.Send("GET", $"/api/clients/{id}", credential);

    private async Task<Guid> TypeId(string name) => await registry.Scalar<Guid>("SELECT id FROM client_types WHERE name = $1", name);
}
