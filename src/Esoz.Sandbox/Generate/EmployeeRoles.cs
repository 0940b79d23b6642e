using Esoz.Codes;

namespace Esoz.Sandbox.Generate;

/// <summary>Roles of doctors in the service of their speciality at their division. Numbers refer to employees.</summary>
internal static class EmployeeRoles
{
    public static readonly SyntheticTable Table = new("employee_roles",
        "id, healthcare_service_id, employee_id, start_date, end_date, status, is_active, inserted_at, inserted_by, updated_at, updated_by",
        part => part.Employees, Write);

    private static void Write(TableWriter rows, Source source, int number)
    {
        var employee = source.Staff[number];
        if (employee.Service is not { } service)
            return;
        var dice = source.Dice(Kind.EmployeeRole, number);
        var insertedAt = Calendar.Between(employee.InsertedAt, ref dice);
        var changedAt = source.Calendar.Changed(rows.Rows, insertedAt, ref dice);
        var isActive = employee.Status == EmployeeStatus.Approved && !dice.Percent(12);
        rows.StartRow();
        rows.Value(source.Id(Kind.EmployeeRole, number)).Value(source.Id(Kind.HealthcareService, service))
            .Value(source.Id(Kind.Employee, number))
            .Value(insertedAt).Value(isActive ? null : (DateTime?)changedAt)
            .Text(isActive ? EmployeeRoleStatus.Active : EmployeeRoleStatus.Inactive).Value(true)
            .Value(insertedAt).Value(Source.Author).Value(changedAt).Value(Source.Author);
    }
}
