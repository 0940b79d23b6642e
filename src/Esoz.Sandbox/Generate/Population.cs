namespace Esoz.Sandbox.Generate;

/// <summary>Consecutive legal entities with all their employees; the ends are exclusive.</summary>
internal readonly record struct Part(int FirstLegalEntity, int EndOfLegalEntities, int FirstEmployee, int EndOfEmployees)
{
    public IEnumerable<int> LegalEntities => Enumerable.Range(FirstLegalEntity, EndOfLegalEntities - FirstLegalEntity);

    public IEnumerable<int> Employees => Enumerable.Range(FirstEmployee, EndOfEmployees - FirstEmployee);
}

/// <summary>The position of an employee.</summary>
/// <param name="LegalEntity">Number of the legal entity; 0 is the NHS.</param>
/// <param name="Place">Index among the employees of the legal entity; 0 is its owner (at the NHS its signer).</param>
internal readonly record struct Workplace(int LegalEntity, int Place);

/// <summary>
/// Which employee belongs to which legal entity, computed by arithmetic alone: number 0 is the NHS with its one signer, then the twenty
/// <see cref="Archetype"/>s repeat.
/// </summary>
internal static class Population
{
    /// <summary>Employees of a <see cref="Part"/>: ten cycles.</summary>
    public const int PartSize = 20_000;

    private static readonly int[] EmployeesBefore = RunningTotal(archetype => archetype.Employees);
    private static readonly int[] DivisionsBefore = RunningTotal(archetype => archetype.Divisions);
    private static readonly int[] ServicesBefore = RunningTotal(archetype => archetype.Services);

    private static int Cycle => Archetype.All.Length;

    /// <summary>The NHS and its signer, on whom every other part depends.</summary>
    public static Part Nhs { get; } = new(0, 1, 0, 1);

    /// <summary>All other legal entities, in parts that do not depend on each other.</summary>
    /// <param name="employees">Number in the whole registry, including the signer of the NHS.</param>
    public static IEnumerable<Part> Providers(int employees)
    {
        for (var first = 1; first < employees; first += PartSize)
        {
            var end = Math.Min(first + PartSize, employees);
            yield return new(Of(first).LegalEntity, Of(end - 1).LegalEntity + 1, first, end);
        }
    }

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

    /// <summary>Number of the owner of a legal entity, or of the signer for the NHS.</summary>
    public static int Owner(int legalEntity) => First(EmployeesBefore, legalEntity, nhs: 0, providers: 1);

    public static int FirstDivision(int legalEntity) => First(DivisionsBefore, legalEntity, nhs: 0, providers: 0);

    public static int FirstService(int legalEntity) => First(ServicesBefore, legalEntity, nhs: 0, providers: 0);

    /// <summary>
    /// Number of the person who is employee <paramref name="employee"/>: the same number, except that every twelfth post is a second job of
    /// an earlier person in the same part.
    /// </summary>
    public static int Person(int seed, int employee)
    {
        if (!IsSecondJob(employee))
            return employee;
        var dice = new Dice(seed, Kind.Person, employee);
        var first = employee - ((employee - 1) % PartSize);
        var person = first + dice.Next(employee - first);
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

    /// <summary>Running sum before each archetype, followed by the total.</summary>
    private static int[] RunningTotal(Func<Archetype, int> value)
    {
        var totals = new int[Archetype.All.Length + 1];
        for (var i = 0; i < Archetype.All.Length; i++)
            totals[i + 1] = totals[i] + value(Archetype.All[i]);
        return totals;
    }
}
