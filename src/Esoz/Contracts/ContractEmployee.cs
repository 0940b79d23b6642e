namespace Esoz.Contracts;

/// <summary>
/// Employee of a contract (працівник договору): share of an employee's position in a division under a contract (data-model §3.2). Soft
/// delete: <c>is_active</c> = false. Members are in response order (contracts §3.1).
/// </summary>
/// <param name="StaffUnits">Share of a full position, 0 to 1.</param>
/// <param name="DeclarationLimit">Maximum number of declarations of the employee in this division.</param>
/// <param name="EndDate">Null = no end.</param>
public sealed record ContractEmployee(
    Guid Id,
    double StaffUnits,
    int DeclarationLimit,
    Guid EmployeeId,
    Guid DivisionId,
    Guid ContractId,
    DateTime StartDate,
    DateTime? EndDate,
    bool IsActive,
    DateTime InsertedAt,
    Guid InsertedBy,
    DateTime? UpdatedAt,
    Guid? UpdatedBy) : IAccessedRecord
{
    IEnumerable<Guid> IAccessedRecord.ObjectIds => [Id, EmployeeId];
}
