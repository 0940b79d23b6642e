namespace Esoz.Employees;

/// <summary>Get employee by ID (employee-roles §6.4).</summary>
public static class GetEmployee
{
    private static readonly Validation EmployeeExists = new("1", "employee exists",
        Refusal.NotFound("Employee not found"));

    private static readonly Validation EmployeeIsOwn = new(
        "2", "employee works in the legal entity of the token, unless the client is a MIS or the NHS",
        Refusal.Forbidden("Access denied"));

    public static readonly MethodCard Card = new("get-employee-by-id", "Get employee by ID",
        "GET", "/api/employees/{id}", Family.IlMis, "employee:details")
    {
        Purpose = "Gets one employee with everything about the person",
        Handle = Handle,
        HasPersonalData = true,
        Validations = [EmployeeExists, EmployeeIsOwn],
        Answer = typeof(EmployeeDetails),
    };

    public static async Task<Reply> Handle(Caller caller, PathId id, PostgresDatabase database, CancellationToken ct)
    {
        if (await Rows.EmployeeDetails.ReadOne(database.Command(Sql, id.Value ?? Guid.Empty), ct) is not { } employee)
            return EmployeeExists;

        if (!caller.SeesAll && employee.LegalEntity.Id != caller.ClientId)
            return EmployeeIsOwn;

        return Reply.Data(employee);
    }

    private static readonly string Sql = $"""
        SELECT {Rows.EmployeeDetails.Columns}
          FROM employees employee
          {Rows.EmployeeDetails.Joins}
         WHERE employee.id = $1
        """;
}
