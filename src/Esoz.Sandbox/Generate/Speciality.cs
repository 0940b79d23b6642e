using Esoz.Codes;

namespace Esoz.Sandbox.Generate;

/// <summary>A medical speciality with the corresponding post (dictionaries SPECIALITY_TYPE and POSITION).</summary>
/// <param name="Education">Speciality of the diploma.</param>
internal sealed record Speciality(string Code, string Position, string Education)
{
    /// <summary>Held by assistants and laboratory staff, who are not physicians.</summary>
    public bool IsOfAssistant => this == Nurse || this == Paramedic || this == Laboratory;

    public static readonly Speciality FamilyDoctor = new(SpecialityType.FamilyDoctor, "P7", "Лікувальна справа");
    public static readonly Speciality Therapist = new(SpecialityType.Therapist, "P11", "Лікувальна справа");
    public static readonly Speciality Pediatrician = new(SpecialityType.Pediatrician, "P9", "Педіатрія");
    public static readonly Speciality Surgeon = new("GENERAL_SURGERY", "P157", "Лікувальна справа");
    public static readonly Speciality Cardiologist = new("CARDIOLOGY", "P67", "Лікувальна справа");
    public static readonly Speciality Neurologist = new("NEUROLOGY", "P85", "Лікувальна справа");
    public static readonly Speciality Gynaecologist = new("OBSTETRICS_AND_GYNECOLOGY", "P34", "Лікувальна справа");
    public static readonly Speciality Anaesthesiologist = new("ANAESTHETICS", "P37", "Лікувальна справа");
    public static readonly Speciality EmergencyDoctor = new("EMERGENCY_MEDICINE", "P104", "Лікувальна справа");
    public static readonly Speciality Nurse = new("NURSING", "P169", "Медсестринство");
    public static readonly Speciality Paramedic = new("GENERAL_MEDICINE", "P171", "Лікувальна справа");
    public static readonly Speciality Laboratory = new("CLINICAL_LABORATORY", "P17", "Технології медичної діагностики");
    public static readonly Speciality Provisor = new("PROVISOR", "P21", "Фармація");
    public static readonly Speciality Pharmacist = new(SpecialityType.Pharmacist, "P16", "Фармація");
}
