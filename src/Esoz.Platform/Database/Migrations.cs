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

    /// <summary>How long a step waits for one lock. Whoever wants the table meanwhile waits behind it.</summary>
    private const string LockTimeout = "2s";

    private static readonly TimeSpan LockPause = TimeSpan.FromSeconds(3);

    /// <summary>Roles keep their rights when tables were added. A schema of an early version has no such function.</summary>
    private const string RenewGrants =
        "DO $$ BEGIN IF to_regprocedure('esoz.renew_grants()') IS NOT NULL THEN PERFORM esoz.renew_grants(); END IF; END $$";

    internal IReadOnlyList<Migration> All { get; } = ReadEmbedded(assembly);

    /// <summary>Applies pending migrations and creates missing partitions of the coming months.</summary>
    /// <param name="database">The database.</param>
    /// <param name="notice">Receives what a migration has to say about the data (RAISE NOTICE).</param>
    /// <param name="ct">Cancels the current file.</param>
    /// <returns>Names of the files applied by this call, in order; empty when there was nothing to do.</returns>
    /// <exception cref="MigrationChangedException">A file differs from what was applied under its name; nothing was changed.</exception>
    /// <exception cref="MigrationRightsException">The role of the connection may not change the schema.</exception>
    public Task<IReadOnlyList<string>> Apply(NpgsqlDataSource database, Action<string>? notice, CancellationToken ct) =>
        Apply(database, All, notice, ct);

    /// <summary>Names of the files that <see cref="Apply(NpgsqlDataSource, Action{string}?, CancellationToken)"/> would apply, in order.</summary>
    /// <exception cref="MigrationChangedException">A file differs from what was applied under its name.</exception>
    public async Task<IReadOnlyList<string>> Pending(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        return [.. (await Pending(connection, All, ct)).Select(m => m.Name)];
    }

    /// <summary>
    /// Reason why the database cannot be used, for the readiness probe; null when it responds and has the expected schema.
    /// </summary>
    public async Task<string?> Fault(NpgsqlDataSource database, CancellationToken ct)
    {
        try
        {
            var pending = await Pending(database, ct);
            return pending.Count == 0 ? null : $"{pending.Count} migrations are pending";
        }
        catch (MigrationChangedException)
        {
            return "applied migrations differ from those of this program";
        }
    }

    internal static async Task<IReadOnlyList<string>> Apply(
        NpgsqlDataSource database, IReadOnlyList<Migration> migrations, Action<string>? notice, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        connection.Notice += Hear;
        List<string> applied = [];

        while (await ApplyNext(connection, migrations, notice, ct) is { } name)
            applied.Add(name);

        await EnsurePartitions(connection, notice, ct);
        if (applied.Count > 0)
            await connection.ExecuteWithoutTimeout(RenewGrants, ct);
        connection.Notice -= Hear;
        return applied;

        // Notices of PostgreSQL itself, such as "already exists, skipping", have other codes.
        void Hear(object sender, NpgsqlNoticeEventArgs args)
        {
            if (args.Notice.SqlState == PostgresErrorCodes.SuccessfulCompletion)
                notice?.Invoke(args.Notice.MessageText);
        }
    }

    /// <summary>
    /// Creates missing partitions of the coming months. Without one, rows go to the default partition, so this can wait for the scheduler.
    /// </summary>
    private static async Task EnsurePartitions(NpgsqlConnection connection, Action<string>? notice, CancellationToken ct)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await connection.ExecuteWithoutTimeout($"SET LOCAL lock_timeout = '{LockTimeout}'; SELECT esoz.ensure_partitions()", ct);
            await transaction.CommitAsync(ct);
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            notice?.Invoke("Another session holds a lock on the logs: their partitions of the coming months are created later.");
        }
    }

    /// <summary>
    /// Applies one file. One that does not get a lock in time is tried again: as long as it waits for a lock, for instance behind a dump,
    /// everybody else waits behind it; between two attempts they go on.
    /// </summary>
    private static async Task<string?> ApplyNext(
        NpgsqlConnection connection, IReadOnlyList<Migration> migrations, Action<string>? notice, CancellationToken ct)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                return await ApplyNext(connection, migrations, ct);
            }
            catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                if (isFirst)
                    notice?.Invoke("Another session holds a lock that a migration needs. It is tried again until it gets the lock.");
            }
            await Task.Delay(LockPause, ct);
        }
    }

    private static async Task<string?> ApplyNext(
        NpgsqlConnection connection, IReadOnlyList<Migration> migrations, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.LimitIdleTransaction(ct);
        await connection.ExecuteWithoutTimeout($"SELECT pg_advisory_xact_lock({Lock})", ct);

        // Pending files are read under the lock: another node may have applied them while this one waited.
        if (await Pending(connection, migrations, ct) is not [var next, ..])
            return null;

        try
        {
            await connection.ExecuteWithoutTimeout("""
                CREATE SCHEMA IF NOT EXISTS esoz;
                CREATE TABLE IF NOT EXISTS esoz.schema_migrations (
                  name text COLLATE "C" PRIMARY KEY,
                  checksum char(64) NOT NULL,
                  applied_at timestamptz NOT NULL DEFAULT now()
                );
                SET LOCAL search_path = esoz;
                """, ct);
            await connection.ExecuteWithoutTimeout($"SET LOCAL lock_timeout = '{LockTimeout}'", ct);
            await connection.ExecuteWithoutTimeout(next.Sql, ct);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new MigrationRightsException(next.Name, refused);
        }

        await using var record = new NpgsqlCommand(
            "INSERT INTO esoz.schema_migrations (name, checksum) VALUES ($1, $2)", connection)
        {
            Parameters = { new() { Value = next.Name }, new() { Value = next.Checksum } },
        };
        await record.ExecuteNonQueryAsync(ct);
        await transaction.CommitAsync(ct);
        return next.Name;
    }

    private static async Task<List<Migration>> Pending(
        NpgsqlConnection connection, IReadOnlyList<Migration> migrations, CancellationToken ct)
    {
        var applied = await Applied(connection, ct);

        var changed = migrations.Where(m => applied.TryGetValue(m.Name, out var checksum) && checksum != m.Checksum).ToList();
        if (changed.Count > 0)
            throw new MigrationChangedException([.. changed.Select(m => m.Name)]);

        return [.. migrations.Where(m => !applied.ContainsKey(m.Name))];
    }

    /// <summary>Checksums by name; empty on a database that has never been migrated.</summary>
    private static async Task<Dictionary<string, string>> Applied(NpgsqlConnection connection, CancellationToken ct)
    {
        var exists = new NpgsqlCommand("SELECT to_regclass('esoz.schema_migrations') IS NOT NULL", connection);
        if (!await exists.ReadValue<bool>(ct))
            return [];
        var applied = await new NpgsqlCommand("SELECT name, checksum FROM esoz.schema_migrations", connection)
            .ReadAll(row => (Name: row.GetString(0), Checksum: row.GetString(1)), ct);
        return applied.ToDictionary(migration => migration.Name, migration => migration.Checksum);
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
