namespace Esoz.Contracts;

/// <summary>
/// Body of <see cref="CreateContractEmployee"/> and <see cref="UpdateContractEmployee"/> (contracts §3.1); the schema holds its rules.
/// </summary>
/// <param name="EndDate">Null = no end.</param>
public sealed record ContractEmployeeRequest(
    double StaffUnits, int DeclarationLimit, Guid EmployeeId, Guid DivisionId, Guid ContractId, DateTime StartDate, DateTime? EndDate);
