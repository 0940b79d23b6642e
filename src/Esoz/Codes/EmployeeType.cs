namespace Esoz.Codes;

/// <summary>
/// Types of an employee (data-model §2.5). A legal entity has at most one active owner of each type, whose employment ends only when it is
/// closed.
/// </summary>
public static class EmployeeType
{
    public const string Owner = "OWNER";
    public const string PharmacyOwner = "PHARMACY_OWNER";
    public const string ReorganizationOwner = "REORGANIZATION_OWNER";
    public const string Hr = "HR";
    public const string Admin = "ADMIN";
    public const string Accountant = "ACCOUNTANT";
    public const string Doctor = "DOCTOR";
    public const string Specialist = "SPECIALIST";
    public const string Assistant = "ASSISTANT";
    public const string Pharmacist = "PHARMACIST";
    public const string Receptionist = "RECEPTIONIST";
    public const string Laborant = "LABORANT";
    public const string MedAdmin = "MED_ADMIN";
    public const string MedCoordinator = "MED_COORDINATOR";
    public const string Nhs = "NHS";
    public const string NhsSigner = "NHS_SIGNER";
    public const string NhsAdmin = "NHS_ADMIN";

    public static IReadOnlyList<string> All { get; } =
    [
        Owner, PharmacyOwner, ReorganizationOwner, Hr, Admin, Accountant, Doctor, Specialist, Assistant, Pharmacist, Receptionist, Laborant,
        MedAdmin, MedCoordinator, Nhs, NhsSigner, NhsAdmin,
    ];

    /// <summary>SQL list of the types of an owner.</summary>
    public const string Owners = $"('{Owner}', '{PharmacyOwner}')";

    /// <summary>Types whose employees are shown with their qualifications (employee-roles §6.4).</summary>
    public static bool HasRoleBlock(string type) =>
        type is Doctor or Specialist or Assistant or Pharmacist or MedAdmin or Laborant or MedCoordinator;

    public static bool IsOwner(string type) => type is Owner or PharmacyOwner;
}
