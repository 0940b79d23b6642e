namespace Esoz.Sandbox.Generate;

/// <summary>A kind of provider that recurs in every <see cref="Population"/> cycle.</summary>
/// <param name="Type">legal_entities.type.</param>
/// <param name="Employees">How many work there.</param>
/// <param name="Specialities">Those of its doctors; every division has one service of each. Empty: the divisions are pharmacies.</param>
internal sealed record Archetype(string Type, int Employees, int Divisions, Speciality[] Specialities)
{
    private static readonly Speciality[] PrimaryCare = [Speciality.FamilyDoctor, Speciality.Therapist, Speciality.Pediatrician];
    private static readonly Speciality[] Emergency = [Speciality.EmergencyDoctor];
    private static readonly Speciality[] Polyclinic =
        [Speciality.Therapist, Speciality.Surgeon, Speciality.Cardiologist, Speciality.Neurologist, Speciality.Gynaecologist];
    private static readonly Speciality[] Hospital = [.. Polyclinic, Speciality.Anaesthesiologist, Speciality.Pediatrician];

    /// <summary>Twenty providers with 2,000 employees: few large ones, many small ones, every type among the first five.</summary>
    public static readonly Archetype[] All =
    [
        new("PRIMARY_CARE", 34, 2, PrimaryCare),
        new("OUTPATIENT", 86, 2, Polyclinic),
        new("PHARMACY", 10, 2, []),
        new("PRIMARY_CARE", 48, 3, PrimaryCare),
        new("EMERGENCY", 74, 3, Emergency),
        new("OUTPATIENT", 150, 3, Hospital),
        new("PRIMARY_CARE", 18, 1, PrimaryCare),
        new("OUTPATIENT", 56, 1, Polyclinic),
        new("PRIMARY_CARE", 98, 5, PrimaryCare),
        new("OUTPATIENT", 540, 6, Hospital),
        new("PHARMACY", 6, 1, []),
        new("PRIMARY_CARE", 14, 1, PrimaryCare),
        new("OUTPATIENT", 280, 4, Hospital),
        new("PRIMARY_CARE", 64, 4, PrimaryCare),
        new("OUTPATIENT", 112, 2, Polyclinic),
        new("PRIMARY_CARE", 28, 2, PrimaryCare),
        new("OUTPATIENT", 190, 3, Hospital),
        new("PHARMACY", 22, 4, []),
        new("PRIMARY_CARE", 40, 2, PrimaryCare),
        new("OUTPATIENT", 130, 2, Polyclinic),
    ];

    public bool IsPharmacy => Specialities.Length == 0;

    public int ServicesPerDivision => IsPharmacy ? 1 : Specialities.Length;

    public int Services => Divisions * ServicesPerDivision;

    /// <summary>Type of the contract between such a provider and the NHS.</summary>
    public string ContractType => Type switch
    {
        "PRIMARY_CARE" => "CAPITATION",
        "PHARMACY" => "REIMBURSEMENT",
        _ => "GB_CBP",
    };
}
