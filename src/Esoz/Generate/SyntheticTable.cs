using Esoz.Platform.Access;

namespace Esoz.Generate;

/// <summary>What rows are made from.</summary>
internal sealed record Source(int Seed, Population Population, Staff Staff, Calendar Calendar)
{
    /// <summary>Author of every row.</summary>
    public static Guid Author => Registrar.SystemUser;

    public Guid Id(Kind kind, long number) => Generate.Dice.Id(Seed, kind, number);

    public Dice Dice(Kind kind, long number) => new(Seed, kind, number);
}

/// <summary>One table of the synthetic registry.</summary>
/// <param name="Columns">Names in the order in which <paramref name="Write"/> gives the values.</param>
/// <param name="Numbers">How many numbers the table is made from; a number may give no row or several.</param>
/// <param name="Write">Writes the rows of one number.</param>
internal sealed record SyntheticTable(string Name, string Columns, Func<Population, int> Numbers, Action<TableWriter, Source, int> Write);
