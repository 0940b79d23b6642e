using Npgsql;

namespace Esoz.EmployeeRoles;

/// <summary>How columns of <c>employee_roles</c>, selected in the order of the members, become an <see cref="EmployeeRole"/>.</summary>
public static class EmployeeRoleRow
{
    /// <param name="row">A row.</param>
    /// <param name="first">Ordinal of its <c>id</c>.</param>
    public static EmployeeRole Read(NpgsqlDataReader row, int first) => new()
    {
        Id = row.GetGuid(first),
        HealthcareServiceId = row.GetGuid(first + 1),
        EmployeeId = row.GetGuid(first + 2),
        StartDate = row.GetDateTime(first + 3),
        EndDate = row.IsDBNull(first + 4) ? null : row.GetDateTime(first + 4),
        Status = row.GetString(first + 5),
        IsActive = row.GetBoolean(first + 6),
        InsertedAt = row.GetDateTime(first + 7),
        InsertedBy = row.GetGuid(first + 8),
        UpdatedAt = row.IsDBNull(first + 9) ? null : row.GetDateTime(first + 9),
        UpdatedBy = row.IsDBNull(first + 10) ? null : row.GetGuid(first + 10),
    };
}
