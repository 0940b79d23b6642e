using System.Text.Json.Serialization;
using Esoz.Codes;
using Esoz.Platform.Json;

namespace Esoz.Employees;

/// <summary>
/// Employee (працівник) as returned in lists: a party in a position of a legal entity (data-model §2.5); see <see cref="EmployeeStatus"/>
/// for its lifecycle. Members are in response order (employee-roles §6.4).
/// </summary>
/// <param name="RoleBlock">Qualifications of the employee; the last member, named after the type in lower case: <c>doctor</c>,
/// <c>owner</c>, ….</param>
public sealed record Employee(
    Guid Id,
    string Position,
    string EmployeeType,
    string Status,
    DateOnly StartDate,
    DateOnly? EndDate,
    EmployeeParty Party,
    EmployeeDivision? Division,
    EmployeeLegalEntity LegalEntity,
    [property: JsonIgnore] EmployeeRoleBlock RoleBlock)
{
    [JsonExtensionData]
    public IDictionary<string, object> RoleBlockByType => EmployeeRoleBlock.ByType(EmployeeType, RoleBlock);
}

/// <summary>The person.</summary>
public sealed record EmployeeParty(Guid Id, bool NoTaxId, string FirstName, string LastName, string? SecondName, string VerificationStatus);

/// <summary>Where the employee works.</summary>
public sealed record EmployeeDivision(
    Guid Id, string Name, Guid LegalEntityId, string Type, string Status, bool MountainGroup, string? DlsId, bool? DlsVerified);

/// <summary>The employer. If it has no stored name, the name is that of the state register.</summary>
public sealed record EmployeeLegalEntity(
    Guid Id, string? Name, string? ShortName, string? PublicName, string Type, string Edrpou, string Status);

/// <summary>The role block of lists: <c>additional_info.specialities</c>.</summary>
public sealed record EmployeeRoleBlock(RawJson Specialities)
{
    /// <summary>A role block as a member of its employee.</summary>
    internal static Dictionary<string, object> ByType(string employeeType, object block) =>
        new() { [employeeType.ToLowerInvariant()] = block };
}
