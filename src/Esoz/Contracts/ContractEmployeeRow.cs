using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Contracts;

/// <summary>How a row of <c>contract_employees</c> becomes a <see cref="ContractEmployee"/>.</summary>
public static class ContractEmployeeRow
{
    /// <summary>The columns of the table named <c>contract_employee</c>, in the order of the members.</summary>
    public const string Columns = """
        contract_employee.id, contract_employee.staff_units, contract_employee.declaration_limit, contract_employee.employee_id,
        contract_employee.division_id, contract_employee.contract_id, contract_employee.start_date, contract_employee.end_date,
        contract_employee.is_active, contract_employee.inserted_at, contract_employee.inserted_by, contract_employee.updated_at,
        contract_employee.updated_by
        """;

    /// <param name="row">A row.</param>
    /// <param name="first">Ordinal of its <c>id</c>.</param>
    public static ContractEmployee Read(NpgsqlDataReader row, int first)
    {
        var column = new RowCursor(row, first);
        return new(
            Id: column.Uuid(),
            StaffUnits: column.Number(),
            DeclarationLimit: column.Integer(),
            EmployeeId: column.Uuid(),
            DivisionId: column.Uuid(),
            ContractId: column.Uuid(),
            StartDate: column.Instant(),
            EndDate: column.InstantOrNull(),
            IsActive: column.Flag(),
            InsertedAt: column.Instant(),
            InsertedBy: column.Uuid(),
            UpdatedAt: column.InstantOrNull(),
            UpdatedBy: column.UuidOrNull());
    }
}
