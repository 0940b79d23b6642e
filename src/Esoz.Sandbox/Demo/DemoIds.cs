namespace Esoz.Sandbox.Demo;

/// <summary>
/// Ids of the demo registry. They never change, so that documents and scripts may quote them. The first digits encode the kind, the
/// last ones are a counter.
/// </summary>
public static class DemoIds
{
    // Legal entities; their clients have the same ids.

    /// <summary>PRIMARY_CARE, ACTIVE. Its client is DIRECT: a token is enough.</summary>
    public static readonly Guid Clinic = new("1e000000-0000-4000-8000-000000000001");
    /// <summary>OUTPATIENT, ACTIVE. Its client is a BROKER: a token and the api-key of <see cref="Mis"/> are needed.</summary>
    public static readonly Guid Hospital = new("1e000000-0000-4000-8000-000000000002");
    /// <summary>OUTPATIENT, SUSPENDED.</summary>
    public static readonly Guid SuspendedHospital = new("1e000000-0000-4000-8000-000000000003");
    /// <summary>PRIMARY_CARE, CLOSED.</summary>
    public static readonly Guid ClosedClinic = new("1e000000-0000-4000-8000-000000000004");
    /// <summary>The National Health Service and its IT system.</summary>
    public static readonly Guid Nhs = new("1e000000-0000-4000-8000-000000000005");
    /// <summary>OUTPATIENT, ACTIVE until the example closes it; has an owner and nothing else.</summary>
    public static readonly Guid ClosingHospital = new("1e000000-0000-4000-8000-000000000006");

    // Systems that are clients without being legal entities.

    /// <summary>Acts on behalf of providers.</summary>
    public static readonly Guid Mis = new("c1000000-0000-4000-8000-000000000001");
    /// <summary>Reads the bulk export.</summary>
    public static readonly Guid Pis = new("c1000000-0000-4000-8000-000000000002");

    /// <summary>By it <see cref="Mis"/> acts for <see cref="Clinic"/>.</summary>
    public static readonly Guid ClinicConnection = new("4e000000-0000-4000-8000-000000000004");
    /// <summary>By it <see cref="Mis"/> acts for <see cref="Hospital"/>.</summary>
    public static readonly Guid HospitalConnection = new("4e000000-0000-4000-8000-000000000005");
    /// <summary>Of <see cref="Clinic"/>. It may be deleted and is restored at the next start.</summary>
    public static readonly Guid SpareConnection = new("4e000000-0000-4000-8000-000000000006");

    public static readonly Guid ClinicDivision = new("d1000000-0000-4000-8000-000000000001");
    public static readonly Guid ClinicBranch = new("d1000000-0000-4000-8000-000000000002");
    public static readonly Guid HospitalDivision = new("d1000000-0000-4000-8000-000000000003");
    public static readonly Guid SuspendedDivision = new("d1000000-0000-4000-8000-000000000004");
    /// <summary>INACTIVE, of <see cref="Clinic"/>; it has no employees.</summary>
    public static readonly Guid ClosedBranch = new("d1000000-0000-4000-8000-000000000005");

    public static readonly Guid ClinicOwnerParty = new("9a000000-0000-4000-8000-000000000001");
    public static readonly Guid DoctorParty = new("9a000000-0000-4000-8000-000000000002");
    public static readonly Guid HospitalOwnerParty = new("9a000000-0000-4000-8000-000000000003");
    public static readonly Guid GynaecologistParty = new("9a000000-0000-4000-8000-000000000004");
    public static readonly Guid NhsSignerParty = new("9a000000-0000-4000-8000-000000000005");
    public static readonly Guid SuspendedOwnerParty = new("9a000000-0000-4000-8000-000000000006");
    public static readonly Guid ReceptionistParty = new("9a000000-0000-4000-8000-000000000007");
    public static readonly Guid ClosingOwnerParty = new("9a000000-0000-4000-8000-000000000008");
    public static readonly Guid HrParty = new("9a000000-0000-4000-8000-000000000009");

    public static readonly Guid ClinicOwnerUser = new("a5000000-0000-4000-8000-000000000001");
    public static readonly Guid DoctorUser = new("a5000000-0000-4000-8000-000000000002");
    public static readonly Guid HospitalOwnerUser = new("a5000000-0000-4000-8000-000000000003");
    public static readonly Guid GynaecologistUser = new("a5000000-0000-4000-8000-000000000004");
    public static readonly Guid NhsUser = new("a5000000-0000-4000-8000-000000000005");
    /// <summary>Is to name a phone as the second factor.</summary>
    public static readonly Guid FactorUser = new("a5000000-0000-4000-8000-000000000006");
    /// <summary>Is to set a new password.</summary>
    public static readonly Guid ForgetfulUser = new("a5000000-0000-4000-8000-000000000007");
    public static readonly Guid HrUser = new("a5000000-0000-4000-8000-000000000008");

    public static readonly Guid ClinicOwner = new("e0000000-0000-4000-8000-000000000001");
    /// <summary>Family doctor of <see cref="Clinic"/>.</summary>
    public static readonly Guid Doctor = new("e0000000-0000-4000-8000-000000000002");
    public static readonly Guid HospitalOwner = new("e0000000-0000-4000-8000-000000000003");
    /// <summary>Works at <see cref="Hospital"/>, under <see cref="HospitalContract"/>.</summary>
    public static readonly Guid Gynaecologist = new("e0000000-0000-4000-8000-000000000004");
    public static readonly Guid NhsSigner = new("e0000000-0000-4000-8000-000000000005");
    public static readonly Guid SuspendedOwner = new("e0000000-0000-4000-8000-000000000006");
    /// <summary>Works at <see cref="Clinic"/> until the example dismisses her.</summary>
    public static readonly Guid Receptionist = new("e0000000-0000-4000-8000-000000000007");
    public static readonly Guid ClosingOwner = new("e0000000-0000-4000-8000-000000000008");
    /// <summary>Keeps the staff of <see cref="Clinic"/>.</summary>
    public static readonly Guid Hr = new("e0000000-0000-4000-8000-000000000009");

    public static readonly Guid FamilyMedicine = new("5e000000-0000-4000-8000-000000000001");
    public static readonly Guid FamilyMedicineAtHome = new("5e000000-0000-4000-8000-000000000002");
    public static readonly Guid FamilyMedicineAtBranch = new("5e000000-0000-4000-8000-000000000003");
    public static readonly Guid Therapy = new("5e000000-0000-4000-8000-000000000004");
    public static readonly Guid Gynaecology = new("5e000000-0000-4000-8000-000000000005");
    /// <summary>Has no roles when a sandbox starts.</summary>
    public static readonly Guid FamilyMedicineAtHomeOfBranch = new("5e000000-0000-4000-8000-000000000006");
    /// <summary>INACTIVE when a sandbox starts.</summary>
    public static readonly Guid Pediatrics = new("5e000000-0000-4000-8000-000000000007");

    /// <summary>ACTIVE role of <see cref="Doctor"/> in <see cref="FamilyMedicine"/>, the first to be deactivated.</summary>
    public static readonly Guid Role = new("20000000-0000-4000-8000-000000000001");
    /// <summary>ACTIVE role of <see cref="Doctor"/> in <see cref="FamilyMedicineAtHome"/>.</summary>
    public static readonly Guid RoleAtHome = new("20000000-0000-4000-8000-000000000002");
    /// <summary>ACTIVE role of <see cref="Doctor"/> in <see cref="FamilyMedicineAtBranch"/>.</summary>
    public static readonly Guid RoleAtBranch = new("20000000-0000-4000-8000-000000000003");
    /// <summary>INACTIVE role of <see cref="Doctor"/> in <see cref="Therapy"/>.</summary>
    public static readonly Guid InactiveRole = new("20000000-0000-4000-8000-000000000004");
    /// <summary>ACTIVE role at <see cref="Hospital"/>: not owned by the clinic.</summary>
    public static readonly Guid HospitalRole = new("20000000-0000-4000-8000-000000000005");

    /// <summary>GB_CBP contract of <see cref="Hospital"/>.</summary>
    public static readonly Guid HospitalContract = new("c0000000-0000-4000-8000-000000000001");
    /// <summary>CAPITATION contract of <see cref="Clinic"/>: not of the type that private methods accept.</summary>
    public static readonly Guid ClinicContract = new("c0000000-0000-4000-8000-000000000002");
    /// <summary>
    /// GB_CBP contract of <see cref="Hospital"/> without divisions and employees. It may be deleted and is restored at the next start.
    /// </summary>
    public static readonly Guid SpareContract = new("c0000000-0000-4000-8000-000000000003");
    public static readonly Guid HospitalContractDivision = new("cd000000-0000-4000-8000-000000000001");
    public static readonly Guid ClinicContractDivision = new("cd000000-0000-4000-8000-000000000002");
    /// <summary>As <see cref="SpareContract"/>, under <see cref="HospitalContract"/>.</summary>
    public static readonly Guid SpareContractDivision = new("cd000000-0000-4000-8000-000000000003");
    /// <summary><see cref="Gynaecologist"/> under <see cref="HospitalContract"/>.</summary>
    public static readonly Guid HospitalContractEmployee = new("ce000000-0000-4000-8000-000000000001");
    /// <summary>As <see cref="SpareContract"/>, under <see cref="HospitalContract"/>.</summary>
    public static readonly Guid SpareContractEmployee = new("ce000000-0000-4000-8000-000000000002");

    /// <summary>Patient of <see cref="Doctor"/>.</summary>
    public static readonly Guid Patient = new("9e000000-0000-4000-8000-000000000001");
    /// <summary>A mother, patient of <see cref="Gynaecologist"/>.</summary>
    public static readonly Guid Mother = new("9e000000-0000-4000-8000-000000000002");
    /// <summary>Her newborn child, not yet identified.</summary>
    public static readonly Guid Newborn = new("9f000000-0000-4000-8000-000000000001");
    /// <summary>Phone by which <see cref="Patient"/> confirms actions.</summary>
    public static readonly Guid PatientPhone = new("a0000000-0000-4000-8000-000000000001");
    public static readonly Guid MotherPhone = new("a0000000-0000-4000-8000-000000000002");
    public static readonly Guid Declaration = new("dc000000-0000-4000-8000-000000000001");

    public static readonly Guid Episode = new("e1000000-0000-4000-8000-000000000001");
    public static readonly Guid BirthEpisode = new("e1000000-0000-4000-8000-000000000002");
    /// <summary>Finished, performed by <see cref="Doctor"/>, with a diagnosis.</summary>
    public static readonly Guid Encounter = new("ec000000-0000-4000-8000-000000000001");
    /// <summary>Still in progress.</summary>
    public static readonly Guid OpenEncounter = new("ec000000-0000-4000-8000-000000000002");
    /// <summary>Finished, about <see cref="Newborn"/>, performed by <see cref="Gynaecologist"/>.</summary>
    public static readonly Guid BirthEncounter = new("ec000000-0000-4000-8000-000000000003");
    public static readonly Guid Diagnosis = new("ed000000-0000-4000-8000-000000000001");
    public static readonly Guid BirthDiagnosis = new("ed000000-0000-4000-8000-000000000002");

    /// <summary>Draft that <see cref="Job"/> created; PRELIMINARY when a sandbox starts.</summary>
    public static readonly Guid Composition = new("c6000000-0000-4000-8000-000000000001");
    /// <summary>An earlier one; FINAL when a sandbox starts.</summary>
    public static readonly Guid SignedComposition = new("c6000000-0000-4000-8000-000000000002");
    /// <summary>A job that is DONE.</summary>
    public static readonly Guid Job = new("b0000000-0000-4000-8000-000000000001");

    /// <summary>Where <see cref="Mis"/> expects users back; no such host exists.</summary>
    public const string RedirectUri = "https://mis.demo.invalid/oauth";

    /// <summary>Not the id of anything.</summary>
    public static readonly Guid Unknown = new("00000000-0000-4000-8000-000000000000");
}
