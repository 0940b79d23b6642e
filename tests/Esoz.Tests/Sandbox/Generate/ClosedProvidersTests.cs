using Esoz.Codes;
using Esoz.Sandbox.Generate;

namespace Esoz.Tests.Sandbox.Generate;

/// <summary>Rows of a synthetic provider that is closed are those that closing a provider leaves.</summary>
public sealed class ClosedProvidersTests(Registry registry) : IClassFixture<Registry>
{
    private static readonly string[] Left =
    [
        "SELECT contractor_legal_entity_id AS provider, 'contract' AS row, status, status_reason, is_active FROM contracts",
        $"""
        SELECT legal_entity_id, CASE WHEN employee_type IN {EmployeeType.Owners} THEN 'owner' ELSE 'employee' END, status, status_reason,
               is_active
          FROM employees
        """,
    ];

    [Fact(DisplayName = "Contracts and employees of a closed provider have the status and the reason that its closure writes")]
    public async Task Closed()
    {
        var given = registry.Given;
        var provider = await given.Provider(type: LegalEntityType.PrimaryCare);
        await given.Employee(provider, type: EmployeeType.Owner);
        await given.Employee(provider, type: EmployeeType.Doctor);
        await given.Contract(provider);
        (await registry.Send("PATCH", $"/api/legal_entities/{provider}/actions/deactivate",
            await given.Token(provider, "legal_entity:deactivate"))).Succeeded();
        await SyntheticRegistry.Write(registry.Database, 4500, 1, TimeProvider.System, _ => { }, TestContext.Current.CancellationToken);

        var closed = await RowsOf("= $1", provider);
        Assert.Equal(["contract", "employee", "owner"], closed.Select(row => row.Split(' ')[0]));
        Assert.Equal(closed, await RowsOf("<> $1", provider));
    }

    private async Task<string[]> RowsOf(string which, Guid provider) => await registry.Scalar<string[]>(
        $"""
        SELECT array_agg(DISTINCT concat_ws(' ', left_row.row, left_row.status, left_row.status_reason, left_row.is_active))
          FROM ({string.Join(" UNION ALL ", Left)}) left_row
          JOIN legal_entities ON legal_entities.id = left_row.provider
         WHERE legal_entities.status = $2 AND legal_entities.id {which}
        """, provider, LegalEntityStatus.Closed);
}
