using Esoz.Platform.Access;

namespace Esoz.Compositions;

/// <summary>
/// Writes the settings in force into <c>composition_configurations</c> when a server starts, so that clients can read them and see when
/// they last changed (compositions §17). Where nothing changed, nothing is written.
/// </summary>
public sealed class CompositionConfigurations(PostgresDatabase database, CompositionOptions options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        database.Command(Sql, RecordJson.Of(options.Published), Registrar.SystemUser).Execute(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A row whose setting no longer limits anything stays, with a value of NULL, and is not shown.</summary>
    private const string Sql = """
        WITH published AS (
          SELECT type, category, name, value
            FROM jsonb_to_recordset($1::jsonb) AS setting (type text, category text, name text, value jsonb)
        ), changed AS (
          SELECT type, category, name, value FROM published
          UNION ALL
          SELECT type, category, name, NULL FROM composition_configurations configuration
           WHERE NOT EXISTS (SELECT FROM published
                              WHERE published.type = configuration.type AND published.category = configuration.category
                                AND published.name = configuration.name)
        )
        INSERT INTO composition_configurations AS configuration (id, type, category, name, value, inserted_by, updated_at, updated_by)
        SELECT gen_random_uuid(), type, category, name, value, $2, now(), $2
          FROM changed
         WHERE NOT EXISTS (SELECT FROM composition_configurations present
                            WHERE present.type = changed.type AND present.category = changed.category AND present.name = changed.name
                              AND present.value IS NOT DISTINCT FROM changed.value)
        ON CONFLICT (type, category, name) DO UPDATE
           SET value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by
        """;
}
