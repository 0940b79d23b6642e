using Esoz.OperatorConsole;

namespace Esoz.Sandbox.Demo;

/// <summary>The demo user who may use the whole console: <see cref="DemoIds.NhsUser"/>.</summary>
public static class DemoOperator
{
    public const string Email = "nhs@demo.invalid";

    /// <summary>As the owner of the schema: the role of the server gives nobody a role of the console.</summary>
    public static async Task Grant(Installation installation, CancellationToken ct)
    {
        await using var owner = installation.OpenAsOwner();
        var accounts = new ConsoleAccounts(owner);
        foreach (var role in ConsoleRole.All)
            await accounts.Grant(DemoIds.NhsUser, role, ct);
    }
}
