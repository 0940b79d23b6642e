using Esoz.Platform.Configuration;

namespace Esoz.EmployeeRoles;

/// <summary>Specialities of an employee that are accepted for a role (employee-roles §2, check 11).</summary>
public enum SpecialityCheck
{
    /// <summary>Only one with <c>speciality_officio = true</c>.</summary>
    Officio,
    /// <summary>Any that the employee has.</summary>
    Any,
}

/// <summary>Settings of the employee roles (platform §15).</summary>
public sealed record EmployeeRoleOptions
{
    public required SpecialityCheck SpecialityCheck { get; init; }
    /// <summary>How long the party of a user may have been NOT_VERIFIED and still add roles; null = the rule is disabled.</summary>
    public required TimeSpan? UnverifiedPartyAllowed { get; init; }
    /// <summary>Whether users whose party is confirmed to be deceased are kept from adding roles.</summary>
    public required bool DeceasedPartyIsBlocked { get; init; }

    public static EmployeeRoleOptions Read(SettingReader read)
    {
        var block = read.Flag("BLOCK_UNVERIFIED_PARTY_USERS", false);
        var days = read.Integer("UNVERIFIED_PARTY_PERIOD_DAYS_ALLOWED", 30, 0, 36500);
        return new()
        {
            SpecialityCheck = read.Choice("EMPLOYEE_ROLE_SPECIALITY_CHECK", SpecialityCheck.Officio),
            DeceasedPartyIsBlocked = read.Flag("BLOCK_DECEASED_PARTY_USERS", false),
            UnverifiedPartyAllowed = block ? TimeSpan.FromDays(days) : null,
        };
    }
}
