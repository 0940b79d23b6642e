using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Tests.Platform.Database;

/// <summary>What migrations do to the data of an existing installation.</summary>
public sealed class MigrationsTests(TestCluster cluster)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "The transaction of a migration ends when its node stops between two statements: others wait for its lock")]
    public async Task IdleTransaction()
    {
        await using var database = new PostgresDatabase(await cluster.CreateDatabase());

        await Migrations.Apply(
            database.Sessions,
            [new("9999-limit.sql",
                "CREATE TABLE seen AS SELECT current_setting('idle_in_transaction_session_timeout') AS value")], null, Ct);

        await using var command = database.Command("SELECT value FROM seen");
        Assert.Equal("25s", await command.ExecuteScalarAsync(Ct));
    }

    [Fact(DisplayName = "A migration that waits for a lock lets others go on, says so, and is applied when it gets the lock")]
    public async Task Locked()
    {
        await using var database = new PostgresDatabase(await cluster.CreateDatabase());
        await using var dump = await database.OpenSession(Ct);
        await dump.Execute("BEGIN", Ct);
        await dump.Execute("LOCK TABLE divisions IN ACCESS SHARE MODE", Ct);
        var notices = new List<string>();

        var migration = Migrations.Apply(
            database.Sessions, [new("9999-column.sql", "ALTER TABLE divisions ADD COLUMN seen integer")], notices.Add, Ct);
        await Eventually.Holds(() => notices.Count > 0);

        // It would stand behind the migration's lock for ever.
        await Eventually.Ends(database.Command("UPDATE divisions SET name = name").Execute(Ct));
        Assert.False(migration.IsCompleted);
        await dump.Execute("ROLLBACK", Ct);
        Assert.Equal(["9999-column.sql"], await Eventually.Ends(migration));
        Assert.Equal(["Another session holds a lock that a migration needs. It is tried again until it gets the lock."], notices);
    }

    [Fact(DisplayName = "A partition of a coming month that cannot be made now is left to the scheduler: no command waits for a dump")]
    public async Task PartitionsLater()
    {
        await using var database = new PostgresDatabase(await cluster.CreateDatabase());
        var last = await database.Command("SELECT max(relname)::text FROM pg_class WHERE relname ~ '^events_\\d{4}_\\d{2}$'").ReadValue<string>(Ct);
        await database.Command($"DROP TABLE {last}").Execute(Ct);
        await using var dump = await database.OpenSession(Ct);
        await dump.Execute("BEGIN", Ct);
        await dump.Execute("LOCK TABLE events_default IN ACCESS SHARE MODE", Ct);
        var notices = new List<string>();

        Assert.Empty(await Eventually.Ends(Migrations.Apply(database.Sessions, [], notices.Add, Ct)));

        Assert.Equal(["Another session holds a lock on the logs: their partitions of the coming months are created later."], notices);
        await dump.Execute("ROLLBACK", Ct);
        await Migrations.Apply(database.Sessions, [], notices.Add, Ct);
        Assert.True(await database.Command("SELECT to_regclass($1) IS NOT NULL", last).ReadValue<bool>(Ct));
    }

    [Fact(DisplayName = "A pending migration that the role of the server may not apply is named, with what to do; nothing is changed")]
    public async Task WithoutRights()
    {
        var connectionString = await cluster.CreateDatabase();
        await using var owner = new PostgresDatabase(connectionString);
        await using var session = new NpgsqlConnection(AsSuperuser());
        await session.OpenAsync(Ct);
        await session.Execute("CREATE ROLE unprivileged LOGIN; SET search_path = esoz; SELECT grant_runtime('unprivileged')", Ct);
        await using var database = new PostgresDatabase(AsSuperuser("-c role=unprivileged"));

        var fault = await Assert.ThrowsAsync<MigrationRightsException>(() => Migrations.Apply(
            database.Sessions, [new("9999-column.sql", "ALTER TABLE divisions ADD COLUMN seen integer")], null, Ct));

        Assert.StartsWith("9999-column.sql is pending, and the role of this connection may not change the schema", fault.Message,
            StringComparison.Ordinal);
        Assert.Contains("ESOZ_DATABASE_OWNER", fault.Message, StringComparison.Ordinal);
        Assert.Empty(await Migrations.Apply(owner.Sessions, [], null, Ct));

        string AsSuperuser(string? options = null) => new NpgsqlConnectionStringBuilder(connectionString)
        {
            Username = "postgres",
            Pooling = false,
            Options = options,
        }.ConnectionString;
    }

    [Fact(DisplayName = "0021: tokens of providers lose what their client's type lost; clients with scopes of their own and other types keep theirs")]
    public async Task Scopes()
    {
        await using var registry = new OldRegistry(cluster, "0021");
        await registry.InitializeAsync();

        Assert.Equal("employee_role:read employee:read", await registry.Scope(OldRegistry.Msp));
        Assert.Equal("composition:create", await registry.Scope(OldRegistry.PrimaryCare));
        Assert.Equal("", await registry.Scope(OldRegistry.Emergency));
        Assert.Equal("legal_entity:deactivate", await registry.Scope(OldRegistry.Own));
        Assert.Equal("legal_entity:deactivate composition:sign", await registry.Scope(OldRegistry.Mis));
    }

    [Fact(DisplayName = "0022: rows with codes that were ours are moved to the official ones, what cannot be moved is reported, unused values go")]
    public async Task Dictionaries()
    {
        await using var registry = new OldRegistry(cluster, "0022");
        await registry.InitializeAsync();
        Assert.Equal("OTORHINOLARYNGOLOGY", await registry.Scalar<string>("SELECT speciality_type FROM healthcare_services WHERE category_code = 'MSP' AND speciality_type LIKE 'OTO%'"));
        Assert.Equal("GENERAL_SURGERY GENERAL_SURGERY SURGERY", await registry.Scalar<string>(
            "SELECT concat_ws(' ', speciality->>'speciality', additional_info->'specialities'->0->>'speciality', speciality->>'attestation_name') FROM employees"));
        Assert.Equal("RIVER_SIDE", await registry.Scalar<string>("SELECT street_type FROM division_addresses"));
        Assert.Equal("STATE RIVER_SIDE 435", await registry.Scalar<string>(
            "SELECT concat_ws(' ', owner_property_type, residence_address->>'street_type', legal_form) FROM legal_entities WHERE edrpou = '40000777'"));
        Assert.Contains("division_addresses.street_type: 1 rows with the code EMBANKMENT of STREET_TYPE have now RIVER_SIDE", registry.Notices);
        Assert.Contains("legal_entities.legal_form: 1 rows keep the code 435, which LEGAL_FORM does not have any more", registry.Notices);
        Assert.Contains("healthcare_services.type: 1 rows keep the code NARCOTIC, which HEALTHCARE_SERVICE_PHARMACY_DRUGS_TYPES does not have any more", registry.Notices);
        Assert.Contains("healthcare_services.speciality_type: 1 rows keep the code TRAUMATOLOGY, which SPECIALITY_TYPE does not have any more", registry.Notices);
        Assert.Contains("employees.position: 1 rows have codes whose names were corrected (POSITION P1 to P24, STREET_TYPE TRACT); they were not changed", registry.Notices);
        Assert.Equal(
            ["435 False", "NARCOTIC False", "TRAUMATOLOGY False"],
            (await registry.Rows("""
                SELECT code || CASE WHEN is_active THEN ' True' ELSE ' False' END AS value FROM dictionary_values
                 WHERE code IN ('435', '110', 'NARCOTIC', 'PRECURSOR', 'TRAUMATOLOGY', 'SURGERY', 'EMBANKMENT', 'COMMUNAL', 'GB_CBP', 'hospital_leave')
                 ORDER BY code
                """)).Select(row => row["value"]));
        Assert.Equal(1, await registry.Scalar<long>("SELECT count(*) FROM audit_log WHERE resource = 'employees' AND changeset ? 'speciality' AND changeset ? 'updated_by'"));
        Assert.Equal("Головний лікар", await registry.Scalar<string>(
            "SELECT value.description FROM dictionary_values value JOIN dictionaries ON dictionaries.id = dictionary_id WHERE name = 'POSITION' AND code = 'P3'"));
        Assert.Equal("{CUSTOM}", await registry.Scalar<string>("SELECT labels::text FROM dictionaries WHERE name = 'GENDER'"));
    }

    /// <summary>An installation whose database has the migrations before the named one, and rows of that time.</summary>
    private sealed class OldRegistry(TestCluster cluster, string migration) : Registry(cluster)
    {
        public static readonly Guid Msp = Guid.NewGuid();
        public static readonly Guid PrimaryCare = Guid.NewGuid();
        public static readonly Guid Emergency = Guid.NewGuid();
        public static readonly Guid Own = Guid.NewGuid();
        public static readonly Guid Mis = Guid.NewGuid();

        private PostgresDatabase? _old;

        /// <summary>What the other migrations said when they were applied.</summary>
        public List<string> Notices { get; } = [];

        public Task<string> Scope(Guid client) => Scalar<string>("SELECT details->>'scope' FROM tokens WHERE details->>'client_id' = $1::text", client);

        protected override async Task BeforeStart()
        {
            await using (_old = new PostgresDatabase(ConnectionString))
            {
                await Run("DROP SCHEMA esoz CASCADE");
                await Migrations.Apply(_old.Source, Before, notice: null, Ct);
                await Run(migration == "0021" ? Tokens : RowsOfThen);
                await Installation.Migrations.Apply(_old.Source, Notices.Add, Ct);
            }
        }

        private IReadOnlyList<Migrations.Migration> Before =>
            [.. Installation.Migrations.All.Where(it => string.CompareOrdinal(it.Name, migration) < 0)];

        private async Task Run(string sql)
        {
            await using var connection = await _old!.Source.OpenConnectionAsync(Ct);
            await connection.Execute(sql, Ct);
        }

        private static string Tokens => $"""
            INSERT INTO users (id, email) VALUES ('{Msp}', 'a@users.invalid');
            INSERT INTO clients (id, name, client_type_id, access_type, scope, inserted_by)
            SELECT id::uuid, type, (SELECT id FROM client_types WHERE name = type), 'DIRECT', own, '{Msp}'
              FROM (VALUES ('{Msp}', 'MSP', NULL), ('{PrimaryCare}', 'PRIMARY_CARE', NULL), ('{Emergency}', 'EMERGENCY', NULL),
                           ('{Own}', 'MSP', 'legal_entity:deactivate'), ('{Mis}', 'MIS', NULL)) AS rows (id, type, own);
            INSERT INTO tokens (id, name, value_hash, user_id, expires_at, details)
            SELECT gen_random_uuid(), 'access_token', encode(sha256(client::bytea), 'hex'), '{Msp}', 1,
                   jsonb_build_object('client_id', client, 'scope', scope)
              FROM (VALUES ('{Msp}', 'employee_role:read legal_entity:deactivate composition:read employee:read'),
                           ('{PrimaryCare}', 'composition:create legal_entity:deactivate'), ('{Emergency}', 'composition:search'),
                           ('{Own}', 'legal_entity:deactivate'), ('{Mis}', 'legal_entity:deactivate composition:sign')) AS rows (client, scope);
            """;

        private static string RowsOfThen => $$"""
            INSERT INTO legal_entities (id, type, status, edrpou, owner_property_type, legal_form, addresses, residence_address, is_active, inserted_by)
            VALUES ('{{Msp}}', 'OUTPATIENT', 'ACTIVE', '40000777', 'COMMUNAL', '435', '[]', '{"street_type":"EMBANKMENT"}', true, '{{Msp}}');
            INSERT INTO divisions (id, legal_entity_id, name, type, phones, status, inserted_by)
            VALUES ('{{Msp}}', '{{Msp}}', 'Поліклініка', 'CLINIC', '[]', 'ACTIVE', '{{Msp}}');
            INSERT INTO division_addresses (id, division_id, type, country, area, settlement, settlement_type, settlement_id, street_type, inserted_by)
            VALUES ('{{Msp}}', '{{Msp}}', 'RESIDENCE', 'UA', 'ЛЬВІВСЬКА', 'Львів', 'CITY', '{{Msp}}', 'EMBANKMENT', '{{Msp}}');
            INSERT INTO healthcare_services (id, legal_entity_id, division_id, category, type, speciality_type, providing_condition, status, inserted_by)
            SELECT gen_random_uuid(), '{{Msp}}', '{{Msp}}', category::jsonb, type::jsonb, speciality, 'OUTPATIENT', 'ACTIVE', '{{Msp}}'
              FROM (VALUES ('{"coding":[{"code":"MSP"}]}', NULL, 'OTOLARYNGOLOGY'), ('{"coding":[{"code":"MSP"}]}', NULL, 'TRAUMATOLOGY'),
                           ('{"coding":[{"code":"MSP"}]}', NULL, 'ORTHOPAEDICS'),
                           ('{"coding":[{"code":"PHARMACY_DRUGS"}]}', '{"coding":[{"code":"NARCOTIC"}]}', NULL)) AS rows (category, type, speciality);
            INSERT INTO parties (id, first_name, last_name, birth_date, gender, tax_id, inserted_by)
            VALUES ('{{Msp}}', 'Олена', 'Ткачук', '1983-05-17', 'FEMALE', '3000000007', '{{Msp}}');
            INSERT INTO employees (id, legal_entity_id, party_id, position, employee_type, status, start_date, is_active, speciality, additional_info, inserted_by)
            VALUES ('{{Msp}}', '{{Msp}}', '{{Msp}}', 'P9', 'SPECIALIST', 'APPROVED', '2019-06-04', true,
                    '{"speciality": "SURGERY","attestation_name":"SURGERY"}', '{"specialities":[{"speciality":"SURGERY"}]}', '{{Msp}}');
            UPDATE dictionaries SET labels = '{CUSTOM}' WHERE name = 'GENDER';
            """;
    }
}
