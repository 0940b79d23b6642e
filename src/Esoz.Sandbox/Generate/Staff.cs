using Esoz.Codes;

namespace Esoz.Sandbox.Generate;

/// <summary>Data of one employee that the tables need; recomputed from seed and number each time.</summary>
/// <param name="Speciality">Null for those without a medical speciality.</param>
/// <param name="Service">Number of the service of the employee's role; null without a role.</param>
internal readonly record struct Employee(
    int Number,
    Workplace Workplace,
    int Person,
    int? Division,
    string Type,
    string Position,
    Speciality? Speciality,
    string Status,
    DateTime InsertedAt,
    DateTime ChangedAt,
    int? Service)
{
    public bool IsPrimaryCareDoctor => Type == EmployeeType.Doctor;
}

/// <summary>Employees of a seed by number.</summary>
internal sealed class Staff(int seed, Calendar calendar)
{
    /// <summary>Types of staff with their share in percent, by type of the legal entity.</summary>
    private static readonly Dictionary<string, (string Type, int Percent)[]> Mix = new()
    {
        [LegalEntityType.PrimaryCare] =
        [
            (EmployeeType.Doctor, 55), (EmployeeType.Assistant, 28), (EmployeeType.Laborant, 4), (EmployeeType.Receptionist, 6),
            (EmployeeType.Admin, 4), (EmployeeType.Hr, 3),
        ],
        [LegalEntityType.Outpatient] =
        [
            (EmployeeType.Specialist, 57), (EmployeeType.Assistant, 25), (EmployeeType.Laborant, 5), (EmployeeType.Receptionist, 6),
            (EmployeeType.MedCoordinator, 3), (EmployeeType.Admin, 2), (EmployeeType.Hr, 2),
        ],
        [LegalEntityType.Emergency] =
            [(EmployeeType.Specialist, 40), (EmployeeType.Assistant, 52), (EmployeeType.Receptionist, 5), (EmployeeType.Hr, 3)],
        [LegalEntityType.Pharmacy] = [(EmployeeType.Pharmacist, 88), (EmployeeType.Admin, 7), (EmployeeType.Hr, 5)],
    };

    private static readonly Speciality[] Assistants = [Speciality.Nurse, Speciality.Nurse, Speciality.Nurse, Speciality.Paramedic];
    private static readonly Speciality[] Pharmacists = [Speciality.Pharmacist, Speciality.Provisor];

    /// <summary>Every 41st provider has closed.</summary>
    public static bool IsClosed(int legalEntity) => legalEntity % 41 == 40;

    public Employee this[int number]
    {
        get
        {
            var workplace = Population.Of(number);
            var dice = new Dice(seed, Kind.Employee, number);
            var insertedAt = Calendar.Later(ref dice);
            var changedAt = calendar.Changed(number, insertedAt, ref dice);
            var person = Population.Person(seed, number);
            if (workplace.LegalEntity == 0)
                return new(number, workplace, person, null, EmployeeType.NhsSigner, "P4", null, EmployeeStatus.Approved,
                    insertedAt, changedAt, null);

            var archetype = Population.ArchetypeOf(workplace.LegalEntity);
            var place = dice.Next(archetype.Divisions);
            var division = Population.FirstDivision(workplace.LegalEntity) + place;
            if (workplace.Place == 0)
                return new(number, workplace, person, division, archetype.IsPharmacy ? EmployeeType.PharmacyOwner : EmployeeType.Owner,
                    archetype.IsPharmacy ? "P5" : "P2", null, EmployeeStatus.Approved, insertedAt, changedAt, null);

            var type = DrawType(Mix[archetype.Type], ref dice);
            var branch = archetype.IsPharmacy ? 0 : dice.Next(archetype.Specialities.Length);
            var speciality = type switch
            {
                EmployeeType.Doctor or EmployeeType.Specialist or EmployeeType.MedCoordinator => archetype.Specialities[branch],
                EmployeeType.Assistant => dice.Pick(Assistants),
                EmployeeType.Laborant => Speciality.Laboratory,
                EmployeeType.Pharmacist => dice.Pick(Pharmacists),
                _ => null,
            };
            var status = IsClosed(workplace.LegalEntity) ? EmployeeStatus.Autodeactivated
                : dice.Percent(6) ? EmployeeStatus.Stopped : EmployeeStatus.Approved;
            var hasRole = type is EmployeeType.Doctor or EmployeeType.Specialist && dice.Percent(92);
            var service = Population.FirstService(workplace.LegalEntity) + (place * archetype.ServicesPerDivision) + branch;
            // A coordinator is shown with qualifications like a doctor, but has another post.
            var position = speciality is null || type == EmployeeType.MedCoordinator ? PositionOf(type) : speciality.Position;
            return new(number, workplace, person, division, type, position, speciality, status, insertedAt, changedAt,
                hasRole ? service : null);
        }
    }

    private static string DrawType((string Type, int Percent)[] mix, ref Dice dice)
    {
        var at = dice.Next(100);
        foreach (var (type, percent) in mix)
        {
            if (at < percent)
                return type;
            at -= percent;
        }
        throw new InvalidOperationException("The shares of a mix must make 100.");
    }

    private static string PositionOf(string type) => type switch
    {
        EmployeeType.Receptionist => "P15",
        EmployeeType.Hr => "P14",
        EmployeeType.MedCoordinator => "P280",
        _ => "P6",
    };
}
