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
    public async Task<ImportedTable> RunAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken ct)
    {
        await transaction.SaveAsync(nameof(Merge), ct);
        try
        {
            return await RunAsync(connection, ct);
        }
        catch (PostgresException refused)
        {
            await transaction.RollbackAsync(nameof(Merge), ct);
            throw new ImportFailedException(await ConstraintFaults.FindAsync(connection, staged, Candidates(), refused, ct), refused);
        }
    }

    private async Task<ImportedTable> RunAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var analyze = Command(connection, $"analyze {staged.Name} (id)");
        await analyze.ExecuteNonQueryAsync(ct);

        await using var count = Command(connection, $"select count(*) from {staged.Name} s join {_table.Name} t on t.id = s.id");
        var standing = (long)(await count.ExecuteScalarAsync(ct))!;

        await using var merge = Command(connection, Sql());
        var written = await merge.ExecuteNonQueryAsync(ct);

        var inserted = staged.Rows - standing;
        return new(_table.Name, inserted, written - inserted, standing - (written - inserted));
    }

    /// <summary>Query of every column of the rows after the merge, with <c>line</c>, to check the constraints of the table.</summary>
    private string Candidates() =>
        $"""
        select s.line, {string.Join(", ", _table.Columns.Select(column => $"case when t.id is null then {ForNew(column)} else {ForStanding(column)} end as {column.Name}"))}
          from {staged.Name} s left join {_table.Name} t on t.id = s.id
        """;

    /// <summary>SQL condition: the staged line <c>s</c> has the member.</summary>
    private string IsGiven(ImportColumn column) => Bit(column) is var bit && (staged.AlwaysGiven & bit) != 0
        ? "true"
        : (staged.EverGiven & bit) == 0 ? "false" : $"s.given & {((long)bit).ToString(CultureInfo.InvariantCulture)} <> 0";

    private string Sql()
    {
        var updated = _table.Columns.Where(column => column.Name != "id" && IsEverGiven(column)
            && onlyForNew?.Contains(column.Name) != true).ToList();
        var stamped = _table.Columns.Where(column => column.Name is "updated_at" or "updated_by" && !updated.Contains(column));
        var inserted = _table.Columns.Where(column => IsEverGiven(column) || column.Name == "inserted_by").ToList();

        var whenStanding = updated.Count == 0 ? "" : $"""
            when matched and ({string.Join(", ", updated.Select(column => Comparable("t." + column.Name, column)))})
                is distinct from ({string.Join(", ", updated.Select(column => Comparable($"({ForStanding(column)})", column)))})
              then update set {string.Join(", ", updated.Concat(stamped).Select(column => $"{column.Name} = {Stamped(column)}"))}
            """;
        return $"""
            merge into {_table.Name} t using {staged.Name} s on t.id = s.id
            {whenStanding}
            when not matched
              then insert ({string.Join(", ", inserted.Select(column => column.Name))})
              values ({string.Join(", ", inserted.Select(ForNew))})
            """;
    }

    private string ForNew(ImportColumn column) => IsGiven(column) switch
    {
        "true" => $"s.{column.Name}",
        "false" => column.Default ?? "null",
        var given => $"case when {given} then s.{column.Name} else {column.Default ?? "null"} end",
    };

    private string ForStanding(ImportColumn column) => onlyForNew?.Contains(column.Name) == true ? $"t.{column.Name}"
        : IsGiven(column) switch
        {
            "true" => $"s.{column.Name}",
            "false" => $"t.{column.Name}",
            var given => $"case when {given} then s.{column.Name} else t.{column.Name} end",
        };

    private string Stamped(ImportColumn column) => (column.Name, IsGiven(column)) switch
    {
        ("updated_at" or "updated_by", "true") => $"s.{column.Name}",
        ("updated_at", var given) => $"case when {given} then s.updated_at else now() end",
        ("updated_by", var given) => $"case when {given} then s.updated_by else {SystemUser} end",
        _ => ForStanding(column),
    };

    /// <summary>The json type has no equality operator.</summary>
    private static string Comparable(string value, ImportColumn column) =>
        column.Type is NpgsqlTypes.NpgsqlDbType.Json ? $"{value}::text" : value;

    private bool IsEverGiven(ImportColumn column) => (staged.EverGiven & Bit(column)) != 0;

    private ulong Bit(ImportColumn column) => 1UL << _table.PlaceOf(column.Name);

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql) => new(sql, connection) { CommandTimeout = 0 };
}
