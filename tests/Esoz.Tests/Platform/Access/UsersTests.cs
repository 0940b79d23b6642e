using Esoz.Platform.Access;

namespace Esoz.Tests.Platform.Access;

/// <summary>Users as an operator makes them: address, party, roles, factors.</summary>
public sealed class UsersTests(Registry registry) : IClassFixture<Registry>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Users Users => new(registry.Database);

    [Fact(DisplayName = "A new user has the address in lower case; it is found by id and by address, and nobody else gets the address")]
    public async Task Registers()
    {
        var user = (await Users.Register(new(null, "Kovalchuk@Example.UA", "3000000001", null), Ct)).Id!.Value;

        Assert.Equal("kovalchuk@example.ua", await registry.Scalar<string>("SELECT email FROM users WHERE id = $1", user));
        Assert.Equal(user, await Users.Find("KOVALCHUK@example.ua", Ct));
        Assert.Equal(user, await Users.Find($"{user}", Ct));
        Assert.Null(await Users.Find("nobody@example.ua", Ct));
        Assert.Equal(UserFault.EmailIsTaken, (await Users.Register(new(null, "kovalchuk@EXAMPLE.ua", null, null), Ct)).Fault);
        Assert.Equal(UserFault.EmailIsMissing, (await Users.Register(new(null, null, null, null), Ct)).Fault);
        Assert.Equal(UserFault.PartyIsUnknown, (await Users.Register(new(null, "x@example.ua", null, Guid.NewGuid()), Ct)).Fault);
        Assert.Null(await Users.Find("x@example.ua", Ct));
    }

    [Fact(DisplayName = "Of 16 who register one address at the same time one gets it")]
    public async Task Race()
    {
        var registered = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Users.Register(new(null, "race@example.ua", null, null), Ct)));

        Assert.Single(registered, user => user.Id is not null);
        Assert.Equal(15, registered.Count(user => user.Fault == UserFault.EmailIsTaken));
    }

    [Fact(DisplayName = "The tax id leads to the party, and so to the roles of its employees; two parties with it must be told apart by id")]
    public async Task ByTaxId()
    {
        var provider = await registry.Given.Provider();
        var party = await registry.Given.Party("3111111111");
        await registry.Given.Employee(provider, party, type: "DOCTOR");

        var user = await Users.Register(new(null, "by.tax.id@example.ua", "3111111111", null), Ct);
        Assert.Equal(party, user.Party);
        Assert.Equal([("DOCTOR", "EMPLOYEE")], await Roles(user.Id!.Value));

        var twin = await registry.Given.Party("3222222222");
        await registry.Execute("UPDATE parties SET tax_id = '3111111111', birth_date = '1990-01-01' WHERE id = $1", twin);
        Assert.Equal(UserFault.PartyIsAmbiguous, (await Users.Register(new(null, "twin@example.ua", "3111111111", null), Ct)).Fault);
        Assert.Equal(twin, (await Users.Register(new(null, "twin@example.ua", "3111111111", twin), Ct)).Party);
        Assert.Null((await Users.Register(new(null, "no.party@example.ua", "3333333333", null), Ct)).Party);
    }

    [Fact(DisplayName = "An update by id changes what is named; another party takes the roles of the former one")]
    public async Task Updates()
    {
        var provider = await registry.Given.Provider();
        var (first, second) = (await registry.Given.Party(), await registry.Given.Party());
        await registry.Given.Employee(provider, first, type: "OWNER");
        await registry.Given.Employee(provider, second, type: "HR");
        var user = (await Users.Register(new(null, "moves@example.ua", "3444444444", first), Ct)).Id!.Value;

        await Users.Register(new(user, null, null, second), Ct);
        Assert.Equal([("HR", "EMPLOYEE")], await Roles(user));
        await Users.Register(new(user, "moved@example.ua", null, null), Ct);

        Assert.Equal("moved@example.ua 3444444444", await registry.Scalar<string>("SELECT email || ' ' || tax_id FROM users WHERE id = $1", user));
        Assert.Equal([("HR", "EMPLOYEE")], await Roles(user));
    }

    [Fact(DisplayName = "A role given by an operator stays beside that of an employee; taking it ends approval and tokens at this client")]
    public async Task OperatorRoles()
    {
        var (provider, other) = (await registry.Given.Provider(), await registry.Given.Provider());
        var party = await registry.Given.Party();
        await registry.Given.Employee(provider, party, type: "HR");
        var user = (await Users.Register(new(null, "roles@example.ua", null, party), Ct)).Id!.Value;

        Assert.True(await Users.Grant(user, "HR", provider, Ct));
        Assert.False(await Users.Grant(user, "HR", provider, Ct));
        Assert.True(await Users.Grant(user, "DOCTOR", provider, Ct));
        Assert.Equal([("DOCTOR", "OPERATOR"), ("HR", "EMPLOYEE"), ("HR", "OPERATOR")], await Roles(user));
        foreach (var client in new[] { provider, other })
        {
            await registry.Registrar.IssueToken(client, user, "employee:read", TimeSpan.FromHours(1), Ct);
            await registry.Execute("INSERT INTO apps (id, user_id, client_id, scope) VALUES (gen_random_uuid(), $1, $2, 'employee:read')", user, client);
        }

        Assert.True(await Users.Revoke(user, "HR", provider, Ct));
        Assert.False(await Users.Revoke(user, "HR", provider, Ct));

        Assert.True(await Users.IsEmployedAs(user, "HR", provider, Ct));
        Assert.False(await Users.IsEmployedAs(user, "DOCTOR", provider, Ct));
        Assert.Equal([("DOCTOR", "OPERATOR"), ("HR", "EMPLOYEE")], await Roles(user));
        Assert.Equal(other, await registry.Scalar<Guid>("SELECT client_id FROM apps WHERE user_id = $1", user));
        Assert.Equal($"{other}", await registry.Scalar<string>(
            "SELECT details ->> 'client_id' FROM tokens WHERE user_id = $1 AND expires_at > extract(epoch FROM now())", user));
    }

    [Fact(DisplayName = "A global role is one row; taking it ends the tokens of the user everywhere")]
    public async Task GlobalRoles()
    {
        var (user, provider) = ((await Users.Register(new(null, "global@example.ua", null, null), Ct)).Id!.Value, await registry.Given.Provider());
        Assert.True(await Users.Grant(user, "NHS_ADMIN", null, Ct));
        Assert.False(await Users.Grant(user, "NHS_ADMIN", null, Ct));
        await registry.Registrar.IssueToken(provider, user, "employee:read", TimeSpan.FromHours(1), Ct);

        Assert.True(await Users.Revoke(user, "NHS_ADMIN", null, Ct));
        Assert.False(await Users.Revoke(user, "NHS_ADMIN", null, Ct));

        Assert.Equal(0, await registry.Scalar<long>(
            "SELECT count(*) FROM tokens WHERE user_id = $1 AND expires_at > extract(epoch FROM now())", user));
        Assert.Equal(0, await registry.Scalar<long>("SELECT count(*) FROM global_user_roles WHERE user_id = $1", user));
    }

    [Fact(DisplayName = "The factors of a user go, with the errors and the codes on the way; those of others stay")]
    public async Task Factors()
    {
        var (user, other) = ((await Users.Register(new(null, "factor@example.ua", null, null), Ct)).Id!.Value,
            (await Users.Register(new(null, "factor.2@example.ua", null, null), Ct)).Id!.Value);
        foreach (var id in new[] { user, other })
        {
            await registry.Execute("INSERT INTO authentication_factors (id, user_id, type, factor) VALUES (gen_random_uuid(), $1, 'SMS', '+380000000000')", id);
            await registry.Registrar.IssueToken(await registry.Given.Provider(), id, "employee:read", TimeSpan.FromHours(1), Ct);
            await registry.Execute("""
                INSERT INTO otps (id, token_id, code_hmac, expires_at, status)
                SELECT gen_random_uuid(), id, repeat('0', 64), now() + interval '5 minutes', 'NEW' FROM tokens WHERE user_id = $1
                """, id);
        }
        await registry.Execute("UPDATE users SET otp_error_count = 2 WHERE id = $1", user);

        Assert.Equal(1, await Users.ResetFactors(user, Ct));
        Assert.Equal(0, await Users.ResetFactors(user, Ct));

        Assert.Equal(other, await registry.Scalar<Guid>("SELECT user_id FROM authentication_factors WHERE user_id = ANY ($1)", new[] { user, other }));
        Assert.Equal(0, await registry.Scalar<int>("SELECT otp_error_count FROM users WHERE id = $1", user));
        Assert.Equal(other, await registry.Scalar<Guid>("SELECT token.user_id FROM otps JOIN tokens token ON token.id = token_id"));
    }

    [Theory(DisplayName = "What is an address")]
    [InlineData("a@b", true)]
    [InlineData("олена.ткачук@приклад.укр", true)]
    [InlineData("o'hara+x@mail.example.ua", true)]
    [InlineData("", false)]
    [InlineData("a", false)]
    [InlineData("a@b@c", false)]
    [InlineData("a b@c", false)]
    [InlineData("a@b.", false)]
    [InlineData("a@b\r\nBcc: x@y", false)]
    [InlineData("a,b@c", false)]
    [InlineData("<a@b>", false)]
    public void Address(string text, bool isValid) => Assert.Equal(isValid, Users.IsEmail(text));

    private async Task<IEnumerable<(string, string)>> Roles(Guid user) => (await registry.Rows("""
        SELECT role.name, held.source FROM user_roles held JOIN roles role ON role.id = held.role_id WHERE user_id = $1 ORDER BY 1, 2
        """, user)).Select(row => ((string)row["name"]!, (string)row["source"]!));
}
