namespace Esoz.Import;

/// <summary>Result of an import for one table: numbers of new, changed and unchanged rows.</summary>
public sealed record ImportedTable(string Table, long Inserted, long Updated, long Unchanged)
{
    public long Rows => Inserted + Updated + Unchanged;
}

/// <summary>Result of an import by table, in the order of loading.</summary>
/// <param name="Warnings">What was loaded although it looks wrong, <c>file:line: member: reason</c>, without values.</param>
public sealed record ImportSummary(IReadOnlyList<ImportedTable> Tables, IReadOnlyList<string> Warnings, TimeSpan Took);
