using Esoz.Codes;

namespace Esoz.Sandbox.Generate;

/// <summary>A medical speciality with the corresponding post (dictionaries SPECIALITY_TYPE and POSITION).</summary>
/// <param name="Education">Speciality of the diploma.</param>
internal sealed record Speciality(string Code, string Position, string Education)
{
    public static readonly Speciality FamilyDoctor = new(SpecialityType.FamilyDoctor, "P6", "Лікувальна справа");
    public static readonly Speciality Therapist = new(SpecialityType.Therapist, "P7", "Лікувальна справа");
    public static readonly Speciality Pediatrician = new(SpecialityType.Pediatrician, "P8", "Педіатрія");
    public static readonly Speciality Surgeon = new("SURGERY", "P9", "Лікувальна справа");
    public static readonly Speciality Cardiologist = new("CARDIOLOGY", "P10", "Лікувальна справа");
    public static readonly Speciality Neurologist = new("NEUROLOGY", "P11", "Лікувальна справа");
    public static readonly Speciality Gynaecologist = new("OBSTETRICS_AND_GYNECOLOGY", "P12", "Лікувальна справа");
    public static readonly Speciality Anaesthesiologist = new("ANESTHESIOLOGY", "P13", "Лікувальна справа");
    public static readonly Speciality EmergencyDoctor = new("EMERGENCY_MEDICINE", "P14", "Лікувальна справа");
    public static readonly Speciality Nurse = new("NURSING", "P15", "Медсестринство");
    public static readonly Speciality Paramedic = new("PARAMEDIC", "P16", "Лікувальна справа");
    public static readonly Speciality Laboratory = new("LABORATORY", "P17", "Технології медичної діагностики");
    public static readonly Speciality Provisor = new("PROVISOR", "P19", "Фармація");
    public static readonly Speciality Pharmacist = new(SpecialityType.Pharmacist, "P20", "Фармація");
}
