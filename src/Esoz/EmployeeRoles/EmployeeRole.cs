namespace Esoz.EmployeeRoles;

/// <summary>
/// Role of an employee (роль працівника): binds one employee to one healthcare service for a period (data-model §2.8). Lifecycle: ACTIVE →
/// INACTIVE only. <c>is_active</c> stays true after deactivation. The legal entity of a role is that of its healthcare service. Members are
/// in response order (employee-roles §1).
/// </summary>
public sealed record EmployeeRole : IAccessedRecord
{
    public required Guid Id { get; init; }
    public required Guid HealthcareServiceId { get; init; }
    public required Guid EmployeeId { get; init; }
    public required DateTime StartDate { get; init; }
    public required DateTime? EndDate { get; init; }
    public required string Status { get; init; }
    public required bool IsActive { get; init; }
    public required DateTime InsertedAt { get; init; }
    public required Guid InsertedBy { get; init; }
    public required DateTime? UpdatedAt { get; init; }
    public required Guid? UpdatedBy { get; init; }

    IEnumerable<Guid> IAccessedRecord.ObjectIds => [Id, EmployeeId];
}
