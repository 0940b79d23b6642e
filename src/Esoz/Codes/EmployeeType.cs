namespace Esoz.Codes;

/// <summary>
/// Types of an employee (data-model §2.5). A legal entity has at most one active owner of each type, whose employment ends only when it is
/// closed.
/// </summary>
public static class EmployeeType
{
    public static IReadOnlyList<string> All { get; } =
    [
        "OWNER", "PHARMACY_OWNER", "HR", "ADMIN", "DOCTOR", "SPECIALIST", "ASSISTANT", "PHARMACIST", "RECEPTIONIST",
        "LABORANT", "MED_ADMIN",
        "MED_COORDINATOR", "NHS", "NHS_SIGNER",
    ];

    /// <summary>SQL list of the types of an owner.</summary>
    public const string Owners = "('OWNER', 'PHARMACY_OWNER')";

    public static bool IsOwner(string type) => type is "OWNER" or "PHARMACY_OWNER";
}
