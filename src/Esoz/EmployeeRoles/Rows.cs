namespace Esoz.EmployeeRoles;

/// <summary>Maps rows to entities.</summary>
internal static class Rows
{
    public static readonly RowMap<EmployeeRole> EmployeeRole = new("role");
}
