using System.Text.Json.Serialization;
using Esoz.Platform.Json;

namespace Esoz.Employees;

/// <summary>
/// An <see cref="Employee"/> with all data about the person: the response of the methods for a single employee. Members are in response
/// order (employee-roles §6.4).
/// </summary>
/// <param name="RoleBlock">Qualifications and education of the employee; the last member, named after the type in lower case:
/// <c>doctor</c>, <c>owner</c>, ….</param>
public sealed record EmployeeDetails(
    Guid Id,
    string Position,
    string EmployeeType,
    string Status,
    DateOnly StartDate,
    DateOnly? EndDate,
    bool IsActive,
    EmployeePartyDetails Party,
    EmployeeDivision? Division,
    EmployeeLegalEntity LegalEntity,
    [property: JsonIgnore] EmployeeRoleBlockDetails RoleBlock)
{
    [JsonExtensionData]
    public IDictionary<string, object> RoleBlockByType => EmployeeRoleBlock.ByType(EmployeeType, RoleBlock);
}

/// <summary>The person.</summary>
/// <param name="TaxId">РНОКПП; the number of the passport when <paramref name="NoTaxId"/>.</param>
/// <param name="WorkingExperience">In years.</param>
public sealed record EmployeePartyDetails(
    Guid Id, bool NoTaxId, string FirstName, string LastName, string? SecondName, string VerificationStatus,
    DateOnly BirthDate, string Gender, string TaxId, RawJson? Documents, RawJson? Phones, int? WorkingExperience, string? AboutMyself);

/// <summary>The role block of details, from <c>additional_info</c>. An absent list is empty, an absent degree is null.</summary>
public sealed record EmployeeRoleBlockDetails(RawJson Educations, RawJson Qualifications, RawJson Specialities, RawJson? ScienceDegree);
