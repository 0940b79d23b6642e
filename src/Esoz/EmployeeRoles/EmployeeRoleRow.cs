using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.EmployeeRoles;

/// <summary>How a row of <c>employee_roles</c> becomes an <see cref="EmployeeRole"/>.</summary>
public static class EmployeeRoleRow
{
    /// <summary>The columns of the table named <c>role</c>, in the order of the members.</summary>
    public const string Columns = """
        role.id, role.healthcare_service_id, role.employee_id, role.start_date, role.end_date, role.status, role.is_active,
        role.inserted_at, role.inserted_by, role.updated_at, role.updated_by
        """;

    /// <param name="row">A row.</param>
    /// <param name="first">Ordinal of its <c>id</c>.</param>
    public static EmployeeRole Read(NpgsqlDataReader row, int first)
    {
        var column = new RowCursor(row, first);
        return new()
        {
            Id = column.Uuid(),
            HealthcareServiceId = column.Uuid(),
            EmployeeId = column.Uuid(),
            StartDate = column.Instant(),
            EndDate = column.InstantOrNull(),
            Status = column.Text(),
            IsActive = column.Flag(),
            InsertedAt = column.Instant(),
            InsertedBy = column.Uuid(),
            UpdatedAt = column.InstantOrNull(),
            UpdatedBy = column.UuidOrNull(),
        };
    }
}
