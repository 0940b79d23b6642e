using System.Collections.Concurrent;
using Esoz.BulkExport;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Sandbox.Generate;

/// <summary>Result of a generation.</summary>
/// <param name="ExistingEmployees">Employees in the existing registry of this seed; null if there was none or it had to be
/// completed.</param>
/// <param name="Rows">Rows written per table, in the order of the tables; empty if nothing was written.</param>
public sealed record Generation(int? ExistingEmployees, IReadOnlyList<(string Table, long Rows)> Rows);

/// <summary>
/// A synthetic registry of any size. Ids and data follow from the seed; recent changes follow the calendar (see <see cref="Calendar"/>).
/// </summary>
/// <remarks>
/// <para>Every constraint and trigger of the schema stays enabled, so a synthetic row has its audit row like any other: disabling them
/// would require superuser rights. The audit is most of the work and runs entirely inside one server process per connection, so several
/// connections work in parallel.</para>
/// <para>Hence it is not one transaction but one per part (<see cref="Population"/>): a part is present completely or not at all. To
/// complete an interrupted generation, request the same seed and size again. Another seed adds a second registry next to the first.</para>
/// </remarks>
public static class SyntheticRegistry
{
    /// <summary>The signer of the NHS and the owner of one provider.</summary>
    public const int MinEmployees = 2;

    public const int MaxEmployees = 10_000_000;

    /// <summary>Key of the advisory lock; any number not used otherwise in this database.</summary>
    private const long Lock = 0x65_73_6F_7A_67_65_6E;

    /// <summary>More connections bring no gain on a typical machine.</summary>
    private const int MaxConnections = 4;

    /// <summary>Ordered by their references to each other.</summary>
    private static readonly SyntheticTable[] Tables =
    [
        LegalEntities.Table, LegalEntities.Licences, Divisions.Table, Divisions.Addresses, Parties.Table, Employees.Table, Services.Table,
        EmployeeRoles.Table, Contracts.Table, Contracts.DivisionTable, Contracts.EmployeeTable, Declarations.Table,
    ];

    /// <summary>Names of the tables that are filled.</summary>
    public static IReadOnlyList<string> TableNames { get; } = [.. Tables.Select(table => table.Name)];

    /// <param name="progress">Gets the number of employees done so far; called from several threads.</param>
    public static async Task<Generation> Write(
        PostgresDatabase database, int employees, int seed, TimeProvider clock, Action<int> progress, CancellationToken ct)
    {
        var calendar = new Calendar(clock.GetUtcNow());
        var source = new Source(seed, employees, new Staff(seed, calendar), calendar);
        var rows = new ConcurrentDictionary<string, long>();

        // Held by a transaction that writes nothing, so that a second generation waits for this one.
        await using var holder = await database.OpenSession(ct);
        await using var held = await holder.BeginTransactionAsync(ct);
        await holder.ExecuteWithoutTimeout($"SELECT pg_advisory_xact_lock({Lock})", ct);

        var existing = await ExistingEmployees(database, source, ct);
        if (existing is { } other && other != employees)
            return new(other, []);
        var missing = await Missing(database, source, ct);
        if (existing is not null && missing.Count == 0)
            return new(existing, []);
        await MoveWindowStarts(database, holder, ct);
        if (existing is null)
            await Write(database, Population.Nhs, source, rows, _ => { }, ct);
        var done = employees - missing.Sum(part => part.EndOfEmployees - part.FirstEmployee);
        await Parallel.ForEachAsync(missing, new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Min(Environment.ProcessorCount, MaxConnections),
            CancellationToken = ct,
        },
            async (part, ct) => await Write(database, part, source, rows, count => progress(Interlocked.Add(ref done, count)), ct));

        // The planner must know at once that the tables are no longer empty.
        await holder.ExecuteWithoutTimeout($"ANALYZE {string.Join(", ", TableNames)}", ct);
        await held.CommitAsync(ct);
        return new(null, [.. TableNames.Select(name => (name, rows.GetValueOrDefault(name)))]);
    }

    /// <summary>
    /// The rows have old change instants. The parts are committed one by one, so the instant moves before the first: it is later than
    /// that of any snapshot which is taken before the holder, which counts as a writer from now on, has ended.
    /// </summary>
    private static async Task MoveWindowStarts(PostgresDatabase database, NpgsqlConnection holder, CancellationToken ct)
    {
        await holder.Execute("SELECT pg_current_xact_id()", ct);
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await WindowStarts.Move(connection, BulkResources.WithWindowsOf(TableNames), ct);
    }

    /// <param name="progress">Gets the number of employees of the part when it is committed.</param>
    private static async Task Write(
        PostgresDatabase database, Part part, Source source, ConcurrentDictionary<string, long> rows, Action<int> progress,
        CancellationToken ct)
    {
        const int step = 2000;
        await using var connection = await database.OpenSession(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        foreach (var table in Tables)
        {
            await using var writer = await TableWriter.Open(connection, table.Name, table.Columns, ct);
            foreach (var number in table.Numbers(part))
            {
                table.Write(writer, source, number);
                if (number % step == 0)
                    ct.ThrowIfCancellationRequested();
            }
            await writer.Complete(ct);
            rows.AddOrUpdate(table.Name, writer.Rows, (_, before) => before + writer.Rows);
        }
        await transaction.CommitAsync(ct);
        progress(part.EndOfEmployees - part.FirstEmployee);
    }

    /// <summary>Size with which the registry of this seed was started; null if there is none.</summary>
    private static Task<int?> ExistingEmployees(PostgresDatabase database, Source source, CancellationToken ct) => database.Command(
        "SELECT split_part(nhs_comment, ' ', 1)::int FROM legal_entities WHERE id = $1", source.Id(Kind.LegalEntity, 0)).ReadValue<int?>(ct);

    /// <summary>Parts whose first legal entity is missing.</summary>
    private static async Task<List<Part>> Missing(PostgresDatabase database, Source source, CancellationToken ct)
    {
        var parts = Population.Providers(source.Employees).ToList();
        var here = (await database.Command("SELECT id FROM legal_entities WHERE id = ANY ($1)",
            parts.Select(part => source.Id(Kind.LegalEntity, part.FirstLegalEntity)).ToArray())
            .ReadAll(row => row.GetGuid(0), ct)).ToHashSet();
        return [.. parts.Where(part => !here.Contains(source.Id(Kind.LegalEntity, part.FirstLegalEntity)))];
    }
}
