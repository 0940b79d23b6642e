using System.Text.Json.Serialization;
using Esoz.Codes;
using Esoz.Platform.Json;

namespace Esoz.Employees;

/// <summary>
/// An <see cref="Employee"/> with all data about the person: the response of the methods for a single employee. Members are in response
/// order (employee-roles §6.4).
/// </summary>
public sealed record EmployeeDetails : IAccessedRecord
{
    public required Guid Id { get; init; }
    public required string Position { get; init; }
    public required string EmployeeType { get; init; }
    public required string Status { get; init; }
    public required bool IsActive { get; init; }
    public string MinfinValidationStatus { get; } = VerificationStatus.VerificationNeeded;
    public required DateOnly StartDate { get; init; }
    public required DateOnly? EndDate { get; init; }
    public required EmployeePartyDetails Party { get; init; }
    public required EmployeeDivision? Division { get; init; }
    public required EmployeeLegalEntity LegalEntity { get; init; }

    /// <summary>Qualifications and education of the employee. See <see cref="RoleBlockByType"/>.</summary>
    [JsonIgnore]
    public EmployeeRoleBlockDetails? RoleBlock { get; init; }

    [JsonExtensionData]
    public IDictionary<string, object>? RoleBlockByType => EmployeeRoleBlock.ByType(EmployeeType, RoleBlock);

    IEnumerable<Guid> IAccessedRecord.ObjectIds => [Id];

    Guid? IAccessedRecord.PartyId => Party.Id;
}

/// <summary>The person. The last three members but the verification status are constants, as in <see cref="EmployeeParty"/>.</summary>
public sealed record EmployeePartyDetails
{
    public required Guid Id { get; init; }
    public required string FirstName { get; init; }
    public required string LastName { get; init; }
    public required string? SecondName { get; init; }
    public required DateOnly BirthDate { get; init; }
    public required string Gender { get; init; }
    public required bool NoTaxId { get; init; }
    /// <summary>РНОКПП; the number of the passport when <see cref="NoTaxId"/>.</summary>
    public required string TaxId { get; init; }
    /// <summary><c>[{type, number, issued_by, issued_at}]</c></summary>
    public required RawJson Documents { get; init; }
    /// <summary><c>[{type, number, note?}]</c></summary>
    public required RawJson Phones { get; init; }
    /// <summary>In years.</summary>
    public required int? WorkingExperience { get; init; }
    public required string? AboutMyself { get; init; }
    public required string VerificationStatus { get; init; }
    public string MinfinValidationStatus { get; } = Codes.VerificationStatus.VerificationNeeded;
    public int DeclarationLimit { get; }
    public int DeclarationCount { get; }
}

/// <summary>The role block of details, from <c>additional_info</c>. An absent list is empty, an absent degree is null.</summary>
public sealed record EmployeeRoleBlockDetails
{
    public required RawJson Educations { get; init; }
    /// <summary>Left out when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required RawJson? Qualifications { get; init; }
    /// <summary>See <see cref="EmployeeSpecialities.Shown"/>.</summary>
    public required RawJson Specialities { get; init; }
    public required RawJson? ScienceDegree { get; init; }
}
