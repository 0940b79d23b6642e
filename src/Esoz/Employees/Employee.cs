using System.Text.Json.Serialization;
using Esoz.Codes;
using Esoz.Platform.Json;

namespace Esoz.Employees;

/// <summary>
/// Employee (працівник) as returned in lists: a party in a position of a legal entity (data-model §2.5); see <see cref="EmployeeStatus"/>
/// for its lifecycle. Members are in response order (employee-roles §6.4).
/// </summary>
public sealed record Employee : IAccessedRecord
{
    public required Guid Id { get; init; }
    public required string Position { get; init; }
    public required string EmployeeType { get; init; }
    public required string Status { get; init; }
    public required bool IsActive { get; init; }
    public string MinfinValidationStatus { get; } = VerificationStatus.VerificationNeeded;
    public required DateOnly StartDate { get; init; }
    public required DateOnly? EndDate { get; init; }
    public required EmployeeParty Party { get; init; }
    public required EmployeeDivision? Division { get; init; }
    public required EmployeeLegalEntity LegalEntity { get; init; }

    /// <summary>Qualifications of the employee; null when there are none. See <see cref="RoleBlockByType"/>.</summary>
    [JsonIgnore]
    public EmployeeRoleBlock? RoleBlock { get; init; }

    [JsonExtensionData]
    public IDictionary<string, object>? RoleBlockByType => EmployeeRoleBlock.ByType(EmployeeType, RoleBlock);

    IEnumerable<Guid> IAccessedRecord.ObjectIds => [Id];

    Guid? IAccessedRecord.PartyId => Party.Id;
}

/// <summary>The person. The last three members are constants: nothing here is verified by the Ministry of Finance or counted.</summary>
public sealed record EmployeeParty
{
    public required Guid Id { get; init; }
    public required bool NoTaxId { get; init; }
    public required string FirstName { get; init; }
    public required string LastName { get; init; }
    public required string? SecondName { get; init; }
    public required string VerificationStatus { get; init; }
    public string MinfinValidationStatus { get; } = Codes.VerificationStatus.VerificationNeeded;
    public int DeclarationLimit { get; }
    public int DeclarationCount { get; }
}

/// <summary>Where the employee works.</summary>
public sealed record EmployeeDivision(
    Guid Id, string Name, Guid LegalEntityId, string Type, string Status, bool MountainGroup, string? DlsId, bool? DlsVerified);

/// <summary>The employer. If it has no stored name, the name is that of the state register.</summary>
public sealed record EmployeeLegalEntity(
    Guid Id, string? Name, string? ShortName, string? PublicName, string Type, string Edrpou, string Status);

/// <summary>The role block of lists.</summary>
/// <param name="Specialities">See <see cref="EmployeeSpecialities.Shown"/>.</param>
public sealed record EmployeeRoleBlock(RawJson Specialities)
{
    /// <summary>
    /// A role block as the last member of its employee, named after the type in lower case: <c>doctor</c>, <c>med_admin</c>, …; no member
    /// when the type has no role block or there is none.
    /// </summary>
    internal static Dictionary<string, object>? ByType(string employeeType, object? block) =>
        block is not null && Codes.EmployeeType.HasRoleBlock(employeeType) ? new() { [employeeType.ToLowerInvariant()] = block } : null;
}
