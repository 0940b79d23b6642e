using System.Globalization;
using Npgsql;

namespace Esoz.Import;

/// <summary>
/// Merges staged lines into their table, upsert by id in one statement: for members that its line lacks, a new row gets the column defaults
/// and an existing row keeps its values. An existing row is updated only if a value differs. A changed row whose line has no
/// <c>updated_at</c> is stamped with the current time and the system user, so that the day windows of the bulk export include it.
/// </summary>
/// <param name="staged">Completed lines.</param>
/// <param name="onlyForNew">Columns whose values are used for new rows only.</param>
public sealed class Merge(StagedTable staged, IReadOnlySet<string>? onlyForNew = null)
{
    private const string SystemUser = "'4261eacf-8008-4e62-899f-de1e2f7065f0'::uuid";

    private readonly ImportTable _table = staged.Table;

    /// <exception cref="ImportFailedException">Some lines violate constraints of the table.</exception>
    public async Task<ImportedTable> Run(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken ct)
    {
        await transaction.SaveAsync(nameof(Merge), ct);
        try
        {
            return await Run(connection, ct);
        }
        catch (PostgresException refused)
        {
            await transaction.RollbackAsync(nameof(Merge), ct);
            throw new ImportFailedException(await ConstraintFaults.Find(connection, staged, Candidates(), refused, ct), refused);
        }
    }

    private async Task<ImportedTable> Run(NpgsqlConnection connection, CancellationToken ct)
    {
        await Command(connection, $"ANALYZE {staged.Name} (id)").Execute(ct);
        var existing = await Command(connection, $"SELECT count(*) FROM {staged.Name} s JOIN {_table.Name} t ON t.id = s.id").ReadValue<long>(ct);
        var written = await Command(connection, Sql()).Execute(ct);
        var inserted = staged.Rows - existing;
        return new(_table.Name, inserted, written - inserted, existing - (written - inserted));
    }

    /// <summary>Query of every column of the rows after the merge, with <c>line</c>, to check the constraints of the table.</summary>
    private string Candidates() =>
        $"""
        SELECT s.line, {string.Join(", ", _table.Columns.Select(column => $"CASE WHEN t.id IS NULL THEN {ForNew(column)} ELSE {ForExisting(column)} END AS {column.Name}"))}
          FROM {staged.Name} s LEFT JOIN {_table.Name} t ON t.id = s.id
        """;

    /// <summary>SQL condition: the staged line <c>s</c> has the member.</summary>
    private string IsMember(ImportColumn column) => Bit(column) is var bit && (staged.InEveryLine & bit) != 0
        ? "true"
        : (staged.InAnyLine & bit) == 0 ? "false" : $"s.members & {((long)bit).ToString(CultureInfo.InvariantCulture)} <> 0";

    private string Sql()
    {
        var updated = _table.Columns.Where(column => column.Name != "id" && IsInAnyLine(column)
            && onlyForNew?.Contains(column.Name) != true).ToList();
        var stamped = _table.Columns.Where(column => column.Name is "updated_at" or "updated_by" && !updated.Contains(column));
        var inserted = _table.Columns.Where(column => IsInAnyLine(column) || column.Name == "inserted_by").ToList();

        var whenExisting = updated.Count == 0 ? "" : $"""
            WHEN MATCHED AND ({string.Join(", ", updated.Select(column => Comparable("t." + column.Name, column)))})
                IS DISTINCT FROM ({string.Join(", ", updated.Select(column => Comparable($"({ForExisting(column)})", column)))})
              THEN UPDATE SET {string.Join(", ", updated.Concat(stamped).Select(column => $"{column.Name} = {Stamped(column)}"))}
            """;
        return $"""
            MERGE INTO {_table.Name} t USING {staged.Name} s ON t.id = s.id
            {whenExisting}
            WHEN NOT MATCHED
              THEN INSERT ({string.Join(", ", inserted.Select(column => column.Name))})
              VALUES ({string.Join(", ", inserted.Select(ForNew))})
            """;
    }

    private string ForNew(ImportColumn column) => IsMember(column) switch
    {
        "true" => $"s.{column.Name}",
        "false" => column.Default ?? "null",
        var isMember => $"CASE WHEN {isMember} THEN s.{column.Name} ELSE {column.Default ?? "NULL"} END",
    };

    private string ForExisting(ImportColumn column) => onlyForNew?.Contains(column.Name) == true ? $"t.{column.Name}"
        : IsMember(column) switch
        {
            "true" => $"s.{column.Name}",
            "false" => $"t.{column.Name}",
            var isMember => $"CASE WHEN {isMember} THEN s.{column.Name} ELSE t.{column.Name} END",
        };

    private string Stamped(ImportColumn column) => (column.Name, IsMember(column)) switch
    {
        ("updated_at" or "updated_by", "true") => $"s.{column.Name}",
        ("updated_at", var isMember) => $"CASE WHEN {isMember} THEN s.updated_at ELSE now() END",
        ("updated_by", var isMember) => $"CASE WHEN {isMember} THEN s.updated_by ELSE {SystemUser} END",
        _ => ForExisting(column),
    };

    /// <summary>The json type has no equality operator.</summary>
    private static string Comparable(string value, ImportColumn column) =>
        column.Type is NpgsqlTypes.NpgsqlDbType.Json ? $"{value}::text" : value;

    private bool IsInAnyLine(ImportColumn column) => (staged.InAnyLine & Bit(column)) != 0;

    private ulong Bit(ImportColumn column) => 1UL << _table.PlaceOf(column.Name);

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql) => new(sql, connection) { CommandTimeout = 0 };
}
