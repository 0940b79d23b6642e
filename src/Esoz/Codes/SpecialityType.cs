namespace Esoz.Codes;

/// <summary>Specialities that rules depend on (dictionary SPECIALITY_TYPE): those with a limit of declarations (pis-bulk).</summary>
public static class SpecialityType
{
    public const string FamilyDoctor = "FAMILY_DOCTOR";
    public const string Therapist = "THERAPIST";
    public const string Pediatrician = "PEDIATRICIAN";
    /// <summary>Also the name of a type of employee.</summary>
    public const string Pharmacist = "PHARMACIST";
}
