using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Generate;

/// <summary>How far the writing of one table is: so many of its numbers are done.</summary>
public readonly record struct TableProgress(string Table, int Done, int Of);

/// <summary>What was written into one table.</summary>
public sealed record TableSummary(string Table, long Rows, double Seconds);

/// <summary>
/// A made-up registry of any size. Ids and data follow from the seed; recent changes follow the calendar (see <see cref="Calendar"/>).
/// </summary>
/// <remarks>
/// One transaction under an advisory lock: the whole registry or nothing. Every constraint and trigger of the schema is at work, so a
/// synthetic row has its audit row like any other. Another seed adds a second registry beside the first.
/// </remarks>
public static class SyntheticRegistry
{
    /// <summary>The signer of the NHS and the owner of one provider.</summary>
    public const int Fewest = 2;

    public const int Most = 10_000_000;

    /// <summary>Key of the advisory lock; any number that nobody else uses in this database.</summary>
    private const long Lock = 0x65_73_6F_7A_67_65_6E;

    /// <summary>In the order in which they refer to each other.</summary>
    private static readonly SyntheticTable[] Tables =
    [
        LegalEntities.Table, LegalEntities.Licences, Divisions.Table, Divisions.Addresses, Parties.Table, Employees.Table, Services.Table,
        EmployeeRoles.Table, Contracts.Table, Contracts.DivisionTable, Contracts.EmployeeTable, Declarations.Table,
    ];

    /// <returns>Null when the registry of this seed is here already; nothing was written then.</returns>
    public static async Task<IReadOnlyList<TableSummary>?> Write(
        PostgresDatabase database, int employees, int seed, TimeProvider clock, Action<TableProgress> progress, CancellationToken ct)
    {
        var calendar = new Calendar(clock.GetUtcNow());
        var source = new Source(seed, new Population(employees), new Staff(seed, calendar), calendar);
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Execute(connection, $"SELECT pg_advisory_xact_lock({Lock})", ct);
        if (await IsHere(connection, source, ct))
            return null;

        var summary = new List<TableSummary>();
        foreach (var table in Tables)
            summary.Add(await Write(connection, table, source, clock, progress, ct));
        await transaction.CommitAsync(ct);

        // The planner must know at once that the tables are no longer empty.
        await Execute(connection, $"ANALYZE {string.Join(", ", Tables.Select(table => table.Name))}", ct);
        return summary;
    }

    private static async Task<TableSummary> Write(
        NpgsqlConnection connection, SyntheticTable table, Source source, TimeProvider clock, Action<TableProgress> progress, CancellationToken ct)
    {
        const int step = 10_000;
        var started = clock.GetTimestamp();
        var numbers = table.Numbers(source.Population);
        using var rows = await TableWriter.Open(connection, table.Name, table.Columns, ct);
        for (var number = 0; number < numbers; number++)
        {
            if (number % step == 0)
            {
                ct.ThrowIfCancellationRequested();
                progress(new(table.Name, number, numbers));
            }
            table.Write(rows, source, number);
        }
        rows.EndPortion();
        progress(new(table.Name, numbers, numbers));
        return new(table.Name, rows.Rows, clock.GetElapsedTime(started).TotalSeconds);
    }

    private static async Task<bool> IsHere(NpgsqlConnection connection, Source source, CancellationToken ct)
    {
        await using var command = PostgresDatabase.Command(connection, "SELECT EXISTS (SELECT FROM legal_entities WHERE id = $1)", source.Id(Kind.LegalEntity, 0));
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
