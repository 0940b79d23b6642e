using Esoz.Codes;
using Esoz.Contracts;

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
        new(LegalEntityType.PrimaryCare, 34, 2, PrimaryCare),
        new(LegalEntityType.Outpatient, 86, 2, Polyclinic),
        new(LegalEntityType.Pharmacy, 10, 2, []),
        new(LegalEntityType.PrimaryCare, 48, 3, PrimaryCare),
        new(LegalEntityType.Emergency, 74, 3, Emergency),
        new(LegalEntityType.Outpatient, 150, 3, Hospital),
        new(LegalEntityType.PrimaryCare, 18, 1, PrimaryCare),
        new(LegalEntityType.Outpatient, 56, 1, Polyclinic),
        new(LegalEntityType.PrimaryCare, 98, 5, PrimaryCare),
        new(LegalEntityType.Outpatient, 540, 6, Hospital),
        new(LegalEntityType.Pharmacy, 6, 1, []),
        new(LegalEntityType.PrimaryCare, 14, 1, PrimaryCare),
        new(LegalEntityType.Outpatient, 280, 4, Hospital),
        new(LegalEntityType.PrimaryCare, 64, 4, PrimaryCare),
        new(LegalEntityType.Outpatient, 112, 2, Polyclinic),
        new(LegalEntityType.PrimaryCare, 28, 2, PrimaryCare),
        new(LegalEntityType.Outpatient, 190, 3, Hospital),
        new(LegalEntityType.Pharmacy, 22, 4, []),
        new(LegalEntityType.PrimaryCare, 40, 2, PrimaryCare),
        new(LegalEntityType.Outpatient, 130, 2, Polyclinic),
    ];

    public bool IsPharmacy => Specialities.Length == 0;

    public int ServicesPerDivision => IsPharmacy ? 1 : Specialities.Length;

    public int Services => Divisions * ServicesPerDivision;

    /// <summary>Type of the contract between such a provider and the NHS.</summary>
    public string TypeOfContract => Type switch
    {
        LegalEntityType.PrimaryCare => ContractType.Capitation,
        LegalEntityType.Pharmacy => ContractType.Reimbursement,
        _ => ContractType.GbCbp,
    };
}
