using Esoz.Platform.Access;

namespace Esoz.Sandbox.Generate;

/// <summary>What rows are made from.</summary>
/// <param name="Employees">Size of the whole registry.</param>
internal sealed record Source(int Seed, int Employees, Staff Staff, Calendar Calendar)
{
    /// <summary>Author of every row.</summary>
    public static Guid Author => Registrar.SystemUser;

    public Guid Id(Kind kind, long number) => Generate.Dice.Id(Seed, kind, number);

    public Dice Dice(Kind kind, long number) => new(Seed, kind, number);
}

/// <summary>One table of the synthetic registry.</summary>
/// <param name="Columns">Names in the order in which <paramref name="Write"/> gives the values.</param>
/// <param name="Numbers">What the table is made from: the legal entities or the employees of a part. One may give no row or
/// several.</param>
/// <param name="Write">Writes the rows of one number.</param>
internal sealed record SyntheticTable(
    string Name, string Columns, Func<Part, IEnumerable<int>> Numbers, Action<TableWriter, Source, int> Write);
