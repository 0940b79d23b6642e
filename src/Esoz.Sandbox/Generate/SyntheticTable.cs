using Esoz.Platform.Access;

namespace Esoz.Sandbox.Generate;

/// <summary>Input for generating rows.</summary>
/// <param name="Employees">Size of the whole registry.</param>
internal sealed record Source(int Seed, int Employees, Staff Staff, Calendar Calendar)
{
    /// <summary>Author of every row.</summary>
    public static Guid Author => Registrar.SystemUser;

    public Guid Id(Kind kind, long number) => Generate.Dice.Id(Seed, kind, number);

    public Dice Dice(Kind kind, long number) => new(Seed, kind, number);
}

/// <summary>One table of the synthetic registry.</summary>
/// <param name="Columns">Names in the order in which <paramref name="Write"/> writes the values.</param>
/// <param name="Numbers">The legal entities or the employees of a part, from which rows are generated. One number may yield no row
/// or several.</param>
/// <param name="Write">Writes the rows of one number.</param>
internal sealed record SyntheticTable(
    string Name, string Columns, Func<Part, IEnumerable<int>> Numbers, Action<TableWriter, Source, int> Write);
