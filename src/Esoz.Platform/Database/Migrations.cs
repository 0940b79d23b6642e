using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// Migrates a database to the schema of this program: applies the files of <c>db/</c>, embedded in an assembly, in the order of their
/// names, forward only, each once.
/// </summary>
/// <remarks>
/// Every file runs in its own transaction that first takes an advisory lock, so any number of nodes may start concurrently, and a file is
/// either applied completely or not at all. Applied names and SHA-256 checksums are stored in <c>esoz.schema_migrations</c>. Unknown names
/// in it belong to a newer version and are ignored: schema changes are expand/contract, so the older node keeps working.
/// </remarks>
public sealed class Migrations(Assembly assembly)
{
    /// <summary>Key of the advisory lock; an arbitrary number that is unique in this database.</summary>
    private const long Lock = 0x65_73_6F_7A_6D_69_67;

    private readonly IReadOnlyList<Migration> _embedded = ReadEmbedded(assembly);

    /// <summary>Applies pending migrations and creates missing partitions of the coming months.</summary>
    /// <returns>Names of the files applied by this call, in order; empty when there was nothing to do.</returns>
    /// <exception cref="MigrationChangedException">A file differs from what was applied under its name; nothing was changed.</exception>
    public Task<IReadOnlyList<string>> ApplyAsync(NpgsqlDataSource database, CancellationToken ct) =>
        ApplyAsync(database, _embedded, ct);

    /// <summary>Names of the files that <see cref="ApplyAsync(NpgsqlDataSource, CancellationToken)"/> would apply, in order.</summary>
    /// <exception cref="MigrationChangedException">A file differs from what was applied under its name.</exception>
    public async Task<IReadOnlyList<string>> PendingAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. (await PendingAsync(connection, _embedded, ct)).Select(m => m.Name)];
    }

    /// <summary>
    /// Reason why the database cannot be used, for the readiness probe; null when it responds and has the expected schema.
    /// </summary>
    public async Task<string?> FaultAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        try
        {
            var pending = await PendingAsync(database, ct);
            return pending.Count == 0 ? null : $"{pending.Count} migrations are pending";
        }
        catch (MigrationChangedException)
        {
            return "applied migrations differ from those of this program";
        }
    }

    internal static async Task<IReadOnlyList<string>> ApplyAsync(
        NpgsqlDataSource database, IReadOnlyList<Migration> migrations, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        List<string> applied = [];

        while (await ApplyNextAsync(connection, migrations, ct) is { } name)
            applied.Add(name);

        await ExecuteAsync(connection, "select esoz.ensure_partitions()", ct);
        return applied;
    }

    private static async Task<string?> ApplyNextAsync(
        NpgsqlConnection connection, IReadOnlyList<Migration> migrations, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await ExecuteAsync(connection, $"select pg_advisory_xact_lock({Lock})", ct);

        // Pending files are read under the lock: another node may have applied them while this one waited.
        if (await PendingAsync(connection, migrations, ct) is not [var next, ..])
            return null;

        await ExecuteAsync(connection, """
            create schema if not exists esoz;
            create table if not exists esoz.schema_migrations (
              name text collate "C" primary key,
              checksum char(64) not null,
              applied_at timestamptz not null default now()
            );
            set local search_path = esoz;
            """, ct);
        await ExecuteAsync(connection, next.Sql, ct);

        await using var record = new NpgsqlCommand(
            "insert into esoz.schema_migrations (name, checksum) values ($1, $2)", connection)
        {
            Parameters = { new() { Value = next.Name }, new() { Value = next.Checksum } },
        };
        await record.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return next.Name;
    }

    private static async Task<List<Migration>> PendingAsync(
        NpgsqlConnection connection, IReadOnlyList<Migration> migrations, CancellationToken ct)
    {
        var applied = await AppliedAsync(connection, ct);

        var changed = migrations.Where(m => applied.TryGetValue(m.Name, out var checksum) && checksum != m.Checksum).ToList();
        if (changed.Count > 0)
            throw new MigrationChangedException([.. changed.Select(m => m.Name)]);

        return [.. migrations.Where(m => !applied.ContainsKey(m.Name))];
    }

    /// <summary>Checksums by name; empty on a database that has never been migrated.</summary>
    private static async Task<Dictionary<string, string>> AppliedAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        Dictionary<string, string> applied = [];

        await using var exists = new NpgsqlCommand("select to_regclass('esoz.schema_migrations') is not null", connection);
        if (await exists.ExecuteScalarAsync(ct) is not true)
            return applied;

        await using var command = new NpgsqlCommand("select name, checksum from esoz.schema_migrations", connection);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
            applied.Add(rows.GetString(0), rows.GetString(1));
        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }

    private static List<Migration> ReadEmbedded(Assembly assembly)
    {
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith("db/", StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name =>
                {
                    using var text = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
                    return new Migration(name["db/".Length..], text.ReadToEnd());
                }),
        ];
    }

    /// <summary>One file; its checksum does not depend on the line endings of the checkout.</summary>
    internal sealed record Migration(string Name, string Sql)
    {
        public string Checksum { get; } =
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));
    }
}
