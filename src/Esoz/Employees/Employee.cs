using System.Text.Json.Serialization;
using Esoz.Codes;
using Esoz.Platform.Json;

namespace Esoz.Employees;

/// <summary>
/// Employee (працівник) as lists show one: a party at a post of a legal entity (data-model §2.5); its lifecycle is told by
/// <see cref="EmployeeStatus"/>. Members stand in the order in which every answer shows them (employee-roles §6.4).
/// </summary>
/// <param name="RoleBlock">What the employee can do; the last member, named after the type in lower case: <c>doctor</c>, <c>owner</c>,
/// ….</param>
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

/// <summary>Whose the employee is. A name that is not kept is that of the state register.</summary>
public sealed record EmployeeLegalEntity(
    Guid Id, string? Name, string? ShortName, string? PublicName, string Type, string Edrpou, string Status);

/// <summary>The role block of lists: <c>additional_info.specialities</c>.</summary>
public sealed record EmployeeRoleBlock(RawJson Specialities)
{
    /// <summary>A role block as the member that it is of its employee.</summary>
    internal static Dictionary<string, object> ByType(string employeeType, object block) =>
        new() { [employeeType.ToLowerInvariant()] = block };
}
