namespace Esoz.Import;

/// <summary>What an import did to one table: rows that are new, rows that were changed, rows that stood already as given.</summary>
public sealed record ImportedTable(string Table, long Inserted, long Updated, long Unchanged)
{
    public long Rows => Inserted + Updated + Unchanged;
}

/// <summary>What an import did, table by table in the order of loading.</summary>
public sealed record ImportSummary(IReadOnlyList<ImportedTable> Tables, TimeSpan Took);
