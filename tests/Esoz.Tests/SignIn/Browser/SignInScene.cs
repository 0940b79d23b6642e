using Esoz.SignIn;
using Microsoft.AspNetCore.WebUtilities;

namespace Esoz.Tests.SignIn.Browser;

/// <summary>A provider with a connection, and a doctor of it who can sign in with a password.</summary>
internal sealed record SignInScene(Guid Client, Guid User, string Email, string Secret, string Back)
{
    public const string RedirectUri = "https://mis.example.ua/oauth?mis=7";
    public const string Password = "Pass-word-1234";

    private static readonly string Hash = PasswordHash.Of(Password);
    public const string Scope = "employee_role:read composition:read employee:read";

    public static async Task<SignInScene> Make(Registry registry, string redirectUri = RedirectUri)
    {
        var client = await registry.Given.Provider(type: "PRIMARY_CARE");
        await registry.Execute("""
            UPDATE clients SET name = 'КНП «Поліклініка» & Ко', client_type_id = (SELECT id FROM client_types WHERE name = 'PRIMARY_CARE')
             WHERE id = $1
            """, client);
        var user = Guid.NewGuid();
        await registry.Given.Employee(client, await registry.Given.Party(user: user));
        await registry.Execute("UPDATE users SET password_hash = $2, password_set_at = now() WHERE id = $1", user, Hash);
        return new(client, user, $"{user}@users.invalid", await registry.Given.Connection(client, redirectUri), redirectUri);
    }

    /// <summary>Path and query by which the MIS sends the browser here.</summary>
    public string Path(params (string Name, string? Value)[] changes)
    {
        var query = new Dictionary<string, string?>
        {
            ["client_id"] = Client.ToString(),
            ["redirect_uri"] = Back,
            ["response_type"] = "code",
            ["scope"] = Scope,
            ["state"] = "state 1",
        };
        foreach (var (name, value) in changes)
            query[name] = value;
        return QueryHelpers.AddQueryString("/sign-in", query.Where(pair => pair.Value is not null));
    }

    /// <summary>As far as page 3, with the session at consent.</summary>
    public async Task<FormPage> SignIn(FormBrowser browser)
    {
        await browser.Get(Path());
        return await browser.Submit(("email", Email), ("password", Password));
    }
}
