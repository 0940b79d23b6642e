using Esoz.Platform.Access;

namespace Esoz.Tests.Cascades;

/// <summary>Whose tokens end with an employment, a legal entity or a user (employee-roles §6.4, §7; sign-in §10).</summary>
public sealed class EndOfEmploymentTests(Registry registry) : IClassFixture<Registry>
{
    private const string Stopped = """{"status":"STOPPED","end_date":"2026-03-31"}""";

    private Given Given => registry.Given;

    [Fact(DisplayName = "A dismissal ends every token of the employee's user at this client, and no token at another client or of a colleague")]
    public async Task Dismissal()
    {
        var (clinic, other, user) = (await Given.Provider(), await Given.Provider(), Guid.NewGuid());
        var party = await Given.Party(user: user);
        var employee = await Given.Employee(clinic, party);
        await Given.Employee(other, party);
        var (ended, refresh, elsewhere, colleague) = (await Token(clinic, user), await Token(clinic, user), await Token(other, user),
            await Token(clinic, Guid.NewGuid()));
        await registry.Execute("UPDATE tokens SET name = 'refresh_token' WHERE value_hash = $1", refresh);

        await Dismiss(clinic, employee);

        Assert.Equal((false, false, true, true),
            (await IsValid(ended), await IsValid(refresh), await IsValid(elsewhere), await IsValid(colleague)));
    }

    [Fact(DisplayName = "A dismissal that is refused ends no token")]
    public async Task Refused()
    {
        var (clinic, user) = (await Given.Provider(), Guid.NewGuid());
        var employee = await Given.Employee(clinic, await Given.Party(user: user));
        await Given.EmployeeRole(await Given.HealthcareService(clinic), employee);
        var token = await Token(clinic, user);

        Assert.Equal(409, (await Deactivate(clinic, employee)).Status);

        Assert.True(await IsValid(token));
    }

    [Fact(DisplayName = "Of two posts of one type the second to end takes the tokens, also when both end at the same time; another type does not keep them")]
    public async Task Posts()
    {
        for (var round = 0; round < 8; round++)
        {
            var (clinic, user) = (await Given.Provider(), Guid.NewGuid());
            var party = await Given.Party(user: user);
            var (first, second) = (await Given.Employee(clinic, party), await Given.Employee(clinic, party));
            await Given.Employee(clinic, party, type: "HR");
            var token = await Token(clinic, user);
            if (round == 0)
            {
                await Dismiss(clinic, first);
                Assert.True(await IsValid(token));
                await Dismiss(clinic, second);
            }
            else
            {
                await Task.WhenAll(Dismiss(clinic, first), Dismiss(clinic, second));
            }
            Assert.False(await IsValid(token));
        }
    }

    [Fact(DisplayName = "A closure ends the tokens of everybody at the client and its own api-keys, not its connections, and nothing of others")]
    public async Task Closure()
    {
        var (clinic, other, user) = (await Given.Provider(), await Given.Provider(), Guid.NewGuid());
        var (own, stranger, elsewhere) = (await Token(clinic, user), await Token(clinic, Guid.NewGuid()), await Token(other, user));
        foreach (var (client, consumer) in new[] { (clinic, clinic), (clinic, other), (other, other) })
        {
            await Given.Insert("connections", new()
            {
                ["client_id"] = client,
                ["consumer_id"] = consumer,
                ["secret_hash"] = SecretHash.Of($"{client} {consumer}").Hex,
            });
        }

        (await registry.Send("PATCH", $"/api/legal_entities/{clinic}/actions/deactivate", await Given.Nhs("legal_entity:deactivate")))
            .Succeeded();

        Assert.Equal((false, false, true), (await IsValid(own), await IsValid(stranger), await IsValid(elsewhere)));
        Assert.Equal([(clinic, clinic)], (await registry.Rows("SELECT client_id, consumer_id FROM connections WHERE expires_at <= now() AND client_id = ANY ($1)",
            new[] { clinic, other })).Select(row => ((Guid)row["client_id"]!, (Guid)row["consumer_id"]!)));
    }

    [Theory(DisplayName = "Tokens end with the row, whatever changes it, in the same transaction")]
    [InlineData("UPDATE employees SET status = 'STOPPED' WHERE id = $1", true)]
    [InlineData("UPDATE employees SET status = 'REORGANIZED' WHERE id = $1", true)]
    [InlineData("UPDATE employees SET is_active = false WHERE id = $1", true)]
    [InlineData("UPDATE employees SET employee_type = 'ADMIN' WHERE id = $1", true)]
    [InlineData("UPDATE employees SET position = 'P1', updated_at = now() WHERE id = $1", false)]
    [InlineData("UPDATE legal_entities SET status = 'CLOSED' WHERE id = (SELECT legal_entity_id FROM employees WHERE id = $1)", true)]
    [InlineData("UPDATE legal_entities SET is_active = false WHERE id = (SELECT legal_entity_id FROM employees WHERE id = $1)", true)]
    [InlineData("UPDATE legal_entities SET status = 'SUSPENDED' WHERE id = (SELECT legal_entity_id FROM employees WHERE id = $1)", false)]
    [InlineData("UPDATE legal_entities SET status = 'REORGANIZED' WHERE id = (SELECT legal_entity_id FROM employees WHERE id = $1)", false)]
    [InlineData("UPDATE users SET is_blocked = true WHERE id IN (SELECT user_id FROM party_users JOIN employees USING (party_id) WHERE employees.id = $1)", true)]
    [InlineData("UPDATE users SET email = id::text || '@clinic.invalid' WHERE id IN (SELECT user_id FROM party_users JOIN employees USING (party_id) WHERE employees.id = $1)", false)]
    public async Task Rows(string change, bool ends)
    {
        var (clinic, user) = (await Given.Provider(), Guid.NewGuid());
        var employee = await Given.Employee(clinic, await Given.Party(user: user));
        var token = await Token(clinic, user);
        await using (var connection = await registry.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var command = Esoz.Platform.Database.PostgresDatabase.Command(connection, change, employee);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            Assert.True(await IsValid(token));
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(!ends, await IsValid(token));
    }

    /// <summary>Returns the digest under which the token is stored.</summary>
    private async Task<string> Token(Guid client, Guid user) =>
        SecretHash.Of((await Given.Token(client, "employee:read", user)).Token!).Hex;

    private Task<bool> IsValid(string hash) => registry.Scalar<bool>(
        "SELECT expires_at > extract(epoch FROM now()) FROM tokens WHERE value_hash = $1::bpchar", hash);

    private async Task Dismiss(Guid client, Guid employee) => (await Deactivate(client, employee)).Succeeded();

    private async Task<Answer> Deactivate(Guid client, Guid employee) => await registry.Send(
        "PATCH", $"/api/employees/{employee}/actions/deactivate", await Given.Token(client, "employee:deactivate"), Stopped);
}
