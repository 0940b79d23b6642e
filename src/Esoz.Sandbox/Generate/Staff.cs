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
    public bool IsPrimaryCareDoctor => Type == "DOCTOR";
}

/// <summary>Employees of a seed by number.</summary>
internal sealed class Staff(int seed, Calendar calendar)
{
    /// <summary>Types of staff with their share in percent, by type of the legal entity.</summary>
    private static readonly Dictionary<string, (string Type, int Percent)[]> Mix = new()
    {
        ["PRIMARY_CARE"] = [("DOCTOR", 55), ("ASSISTANT", 28), ("LABORANT", 4), ("RECEPTIONIST", 6), ("ADMIN", 4), ("HR", 3)],
        ["OUTPATIENT"] = [("SPECIALIST", 57), ("ASSISTANT", 25), ("LABORANT", 5), ("RECEPTIONIST", 6), ("MED_COORDINATOR", 3),
            ("ADMIN", 2), ("HR", 2)],
        ["EMERGENCY"] = [("SPECIALIST", 40), ("ASSISTANT", 52), ("RECEPTIONIST", 5), ("HR", 3)],
        ["PHARMACY"] = [("PHARMACIST", 88), ("ADMIN", 7), ("HR", 5)],
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
                return new(number, workplace, person, null, "NHS_SIGNER", "P24", null, "APPROVED", insertedAt, changedAt, null);

            var archetype = Population.ArchetypeOf(workplace.LegalEntity);
            var place = dice.Next(archetype.Divisions);
            var division = Population.FirstDivision(workplace.LegalEntity) + place;
            if (workplace.Place == 0)
                return new(number, workplace, person, division, archetype.IsPharmacy ? "PHARMACY_OWNER" : "OWNER",
                    archetype.IsPharmacy ? "P21" : "P2", null, "APPROVED", insertedAt, changedAt, null);

            var type = DrawType(Mix[archetype.Type], ref dice);
            var branch = archetype.IsPharmacy ? 0 : dice.Next(archetype.Specialities.Length);
            var speciality = type switch
            {
                "DOCTOR" or "SPECIALIST" => archetype.Specialities[branch],
                "ASSISTANT" => dice.Pick(Assistants),
                "LABORANT" => Speciality.Laboratory,
                "PHARMACIST" => dice.Pick(Pharmacists),
                _ => null,
            };
            var status = IsClosed(workplace.LegalEntity) ? "AUTODEACTIVATED" : dice.Percent(6) ? "STOPPED" : "APPROVED";
            var hasRole = type is "DOCTOR" or "SPECIALIST" && dice.Percent(92);
            var service = Population.FirstService(workplace.LegalEntity) + (place * archetype.ServicesPerDivision) + branch;
            return new(number, workplace, person, division, type, speciality?.Position
                ?? PositionOf(type), speciality, status, insertedAt, changedAt,
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
        "RECEPTIONIST" => "P18",
        "HR" => "P22",
        _ => "P23",
    };
}
