using Esoz.Platform.Database;

namespace Esoz.EmployeeRoles;

/// <summary>How rows become entities.</summary>
internal static class Rows
{
    public static readonly RowMap<EmployeeRole> EmployeeRole = new("role");
}
