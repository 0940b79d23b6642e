namespace Esoz.Generate;

/// <summary>Where employee number <c>Employee</c> stands.</summary>
/// <param name="LegalEntity">Number of the legal entity; 0 is the NHS.</param>
/// <param name="Place">Place among the employees of the legal entity; 0 is its owner (at the NHS its signer).</param>
internal readonly record struct Workplace(int LegalEntity, int Place);

/// <summary>
/// Who belongs to whom, by arithmetic alone: number 0 is the NHS with its one signer, then the twenty <see cref="Archetype"/>s follow each
/// other again and again. A larger registry of a seed begins with the whole of a smaller one.
/// </summary>
internal sealed class Population
{
    private static readonly int[] EmployeesBefore = RunningTotal(archetype => archetype.Employees);
    private static readonly int[] DivisionsBefore = RunningTotal(archetype => archetype.Divisions);
    private static readonly int[] ServicesBefore = RunningTotal(archetype => archetype.Services);

    private static int Cycle => Archetype.All.Length;

    /// <param name="employees">At least 2: the signer of the NHS and the owner of one provider.</param>
    public Population(int employees)
    {
        Employees = employees;
        LegalEntities = Of(employees - 1).LegalEntity + 1;
        Divisions = FirstDivision(LegalEntities);
    }

    public int Employees { get; }

    public int LegalEntities { get; }

    public int Divisions { get; }

    public static Archetype ArchetypeOf(int legalEntity) => Archetype.All[(legalEntity - 1) % Cycle];

    public static Workplace Of(int employee)
    {
        if (employee == 0)
            return new(0, 0);
        var (cycle, rest) = int.DivRem(employee - 1, EmployeesBefore[^1]);
        var at = Array.BinarySearch(EmployeesBefore, rest);
        var slot = at >= 0 ? at : ~at - 1;
        return new((cycle * Cycle) + slot + 1, rest - EmployeesBefore[slot]);
    }

    /// <summary>Number of the owner of a legal entity, of the signer for the NHS.</summary>
    public static int Owner(int legalEntity) => First(EmployeesBefore, legalEntity, nhs: 0, providers: 1);

    public static int FirstDivision(int legalEntity) => First(DivisionsBefore, legalEntity, nhs: 0, providers: 0);

    public static int FirstService(int legalEntity) => First(ServicesBefore, legalEntity, nhs: 0, providers: 0);

    /// <summary>
    /// Number of the person who is employee <paramref name="employee"/>: their own, but every twelfth post is a second job of somebody
    /// who came earlier.
    /// </summary>
    public static int Person(int seed, int employee)
    {
        if (!IsSecondJob(employee))
            return employee;
        var dice = new Dice(seed, Kind.Person, employee);
        var person = dice.Next(employee);
        return IsSecondJob(person) ? person - 1 : person;
    }

    public static bool IsSecondJob(int employee) => employee % 12 == 11;

    private static int First(int[] before, int legalEntity, int nhs, int providers)
    {
        if (legalEntity == 0)
            return nhs;
        var (cycle, slot) = int.DivRem(legalEntity - 1, Cycle);
        return providers + (cycle * before[^1]) + before[slot];
    }

    /// <summary>Sums before each archetype, the sum of all last.</summary>
    private static int[] RunningTotal(Func<Archetype, int> value)
    {
        var totals = new int[Archetype.All.Length + 1];
        for (var i = 0; i < Archetype.All.Length; i++)
            totals[i + 1] = totals[i] + value(Archetype.All[i]);
        return totals;
    }
}
