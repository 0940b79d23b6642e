using System.Globalization;
using CsCheck;
using Esoz.BulkExport;
using Esoz.BulkExport.Snapshots;
using Esoz.BulkExport.Verifying;
using Esoz.Import;
using Esoz.Platform.Database;
using Esoz.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Esoz.Tests.BulkExport;

/// <summary>
/// Days of a registry with a client that keeps a copy by windows and removals (pis-bulk §8): whatever happens to rows, clock and builds,
/// its copy is the registry after every download.
/// </summary>
public sealed class BulkResourcesMirrorTests(SteppedRegistry registry) : IClassFixture<SteppedRegistry>
{
    private static readonly BulkResource[] Resources =
        [GetPartiesBulk.Resource, GetEmployeesBulk.Resource, GetContractDivisionsBulk.Resource];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(DisplayName = "A mirror equals the registry after every download, whatever happened in between")]
    public async Task EveryEvent()
    {
        var mirror = await Begin();
        var odd = Enum.GetValues<Event>().Select((what, i) => (What: what, Seed: (2 * i) + 1));
        // Two days more, for what was committed late.
        foreach (var (events, day) in odd.Chunk(3).Append([]).Append([]).Select((events, day) => (events, day)))
            await Live(mirror, hours: 24, [.. events, (Event.DeletedContractDivision, day), (Event.ContractDivision, day)],
                downloads: day != 2, broken: day == 4 ? 0 : null);

        // Nothing is proved about windows and removals that nobody took.
        Assert.True(mirror.Taken is { Windows: > 0, FullSets: > 0, Removals: > 0 }, $"{mirror.Taken}");
        Assert.Empty((await new VerifySnapshots(registry.Store, registry.Bucket).Run(Resources, Ct)).Findings);
    }

    [Fact(DisplayName = "A mirror equals the registry on random days: imports, deletions, late commits, clock steps, failed builds")]
    public Task Days() => Live(days: 8, samples: 1);

    [Fact(DisplayName = "Soak: twenty mirrors of 30 days each", Explicit = true)]
    [Trait("Soak", "mirror")]
    public async Task Soak()
    {
        var taken = await Live(
            days: 30, samples: int.Parse(Environment.GetEnvironmentVariable("MIRRORS") ?? "20", CultureInfo.InvariantCulture));
        TestContext.Current.TestOutputHelper?.WriteLine($"{taken}");
        Assert.True(taken is { Windows: > 0, FullSets: > 0, Removals: > 0 }, $"{taken}");
    }

    /// <summary>Random histories, each with a mirror of its own.</summary>
    /// <returns>What the mirrors took.</returns>
    private async Task<(int FullSets, int Windows, int Removals)> Live(int days, int samples)
    {
        var taken = (FullSets: 0, Windows: 0, Removals: 0);
        // What is honest is frequent: otherwise nearly every download would be a full set.
        Event[] honest = [Event.Party, Event.ChangedParty, Event.DeletedParty, Event.Employee, Event.ChangedEmployee, Event.DeletedEmployee,
            Event.ContractNumber, Event.ContractDivision, Event.ChangedContractDivision, Event.MovedContractDivision,
            Event.DeletedContractDivision, Event.LateCommit];
        var what = Gen.Select(Gen.Frequency<Event>((9, Any(honest)), (1, Any(Enum.GetValues<Event>()))), Gen.Int[0, 1_000_000]);
        var day = Gen.Select(
            // Hours to the next build: about a day, some days, or back.
            Gen.Frequency<int>((12, Gen.Int[20, 26]), (2, Gen.Int[40, 150]), (1, Gen.Int[-6, 2])),
            what.Array[0, 6],
            // Does the client download; which build fails.
            Gen.Frequency<bool>((4, Gen.Const(true)), (1, Gen.Const(false))),
            Gen.Frequency<int?>((9, Gen.Const((int?)null)), (1, Gen.Int[0, Resources.Length - 1].Select(i => (int?)i))));
        await day.Array[days].SampleAsync(async history =>
        {
            var mirror = await Begin();
            foreach (var (hours, events, downloads, broken) in history)
                await Live(mirror, hours, events, downloads, broken);
            Assert.Empty((await new VerifySnapshots(registry.Store, registry.Bucket).Run(Resources, Ct)).Findings);
            taken = (taken.FullSets + mirror.Taken.FullSets, taken.Windows + mirror.Taken.Windows,
                taken.Removals + mirror.Taken.Removals);
        }, iter: samples, threads: 1);
        return taken;

        static Gen<Event> Any(Event[] events) => Gen.Int[0, events.Length - 1].Select(i => events[i]);
    }

    /// <summary>A registry with a few rows, and a client without a copy.</summary>
    private async Task<Mirror> Begin()
    {
        await registry.Execute("""
            ALTER TABLE contract_divisions DISABLE TRIGGER refuse_delete;
            ALTER TABLE employees DISABLE TRIGGER refuse_delete;
            ALTER TABLE parties DISABLE TRIGGER refuse_delete;
            DO $$
            DECLARE
              refusing regclass;
            BEGIN
              FOR refusing IN SELECT tgrelid FROM pg_trigger WHERE tgname = 'refuse_truncate' LOOP
                EXECUTE format('ALTER TABLE %s DISABLE TRIGGER refuse_truncate', refusing);
              END LOOP;
            END $$;
            TRUNCATE contract_divisions, contracts, employees, parties CASCADE;
            DELETE FROM bulk_generations;
            DELETE FROM bulk_removals;
            DELETE FROM bulk_window_starts
            """);
        registry.Services.GetRequiredService<ServedSnapshots>().Forget();
        var stored = new List<ObjectKey>();
        foreach (var resource in Resources)
        {
            await foreach (var listed in registry.Store.List(registry.Bucket, $"{resource.Name}/", Ct))
                stored.Add(listed.Key);
        }
        foreach (var key in stored)
            await registry.Store.Delete(registry.Bucket, key, Ct);
        for (var i = 0; i < 2; i++)
        {
            await registry.Given.ContractDivision(await registry.Given.Contract(await registry.Given.LegalEntity()));
            await Happen(Event.Party, i);
        }
        return await Client();
    }

    private async Task<Mirror> Client()
    {
        var client = Guid.NewGuid();
        await registry.Given.Client(client, "PIS");
        var key = await registry.Registrar.IssueKey(client, TimeSpan.FromDays(10_000), Ct);
        return new(registry, key!, [.. Resources.Select(resource => resource.Name)]);
    }

    private async Task Live(Mirror mirror, int hours, (Event What, int Seed)[] events, bool downloads, int? broken)
    {
        await registry.Step(TimeSpan.FromHours(hours));
        var late = new List<(NpgsqlConnection Connection, Event What, int Seed, bool HasWritten)>();
        try
        {
            foreach (var (what, seed) in events)
            {
                switch (what)
                {
                    case Event.LateCommit or Event.LateWrite:
                        var write = (seed % 4) switch
                        {
                            0 => Event.ChangedParty,
                            1 => Event.DeletedParty,
                            2 => Event.ContractNumber,
                            _ => Event.DeletedContractDivision,
                        };
                        var connection = await registry.Database.Source.OpenConnectionAsync(Ct);
                        late.Add((connection, write, seed, what == Event.LateCommit));
                        await connection.Execute("BEGIN; SELECT now()", Ct);
                        if (what == Event.LateCommit)
                            await Write(connection, write, seed);
                        else
                            // From now on it is taken for one that only reads.
                            await registry.Step(TimeSpan.FromHours(2));
                        break;
                    case Event.ClockSetBack:
                        await registry.Step(TimeSpan.FromMinutes(-(seed % 180)));
                        break;
                    case Event.Truncation when late.Count > 0:
                        break;
                    default:
                        await Happen(what, seed);
                        break;
                }
            }
            await registry.Run([.. Resources.Select((resource, i) =>
                i == broken ? resource with { ChangedAt = "now() + interval '1 s' / (random() * 0)" } : resource)]);
            if (downloads)
            {
                await mirror.Update();
                await Compare(mirror, broken);
            }
        }
        finally
        {
            foreach (var (connection, what, seed, hasWritten) in late)
            {
                if (!hasWritten)
                    await Write(connection, what, seed);
                await connection.Execute("COMMIT", Ct);
                await connection.DisposeAsync();
            }
        }
    }

    /// <summary>
    /// The copy is what a client has that takes full sets only, and, unless the build failed, it has exactly the ids of the table.
    /// </summary>
    private async Task Compare(Mirror mirror, int? broken)
    {
        var other = await Client();
        await other.Update();
        foreach (var (resource, i) in Resources.Select((resource, i) => (resource, i)))
        {
            Assert.Equal(other[resource.Name].OrderBy(it => it.Key, StringComparer.Ordinal),
                mirror[resource.Name].OrderBy(it => it.Key, StringComparer.Ordinal));
            if (i == broken)
                continue;
            var ids = (await registry.Rows($"SELECT id::text AS id FROM {resource.Tables[0]}")).Select(row => (string)row["id"]!);
            Assert.Equal(ids.Order(StringComparer.Ordinal), mirror[resource.Name].Keys.Order(StringComparer.Ordinal));
        }
    }

    private async Task Happen(Event what, int seed)
    {
        await using var connection = await registry.Database.Source.OpenConnectionAsync(Ct);
        if (what == Event.Import)
            await Import(seed);
        else
            await Write(connection, what, seed);
    }

    /// <summary>
    /// One statement as the program or an operator would execute it; rows that a late transaction has locked are left alone.
    /// </summary>
    private static Task Write(NpgsqlConnection connection, Event what, int seed)
    {
        const string Columns = "first_name, last_name, birth_date, gender, tax_id, inserted_by, inserted_at";
        var values = $"'Олена', 'Ткачук', '1983-05-17', 'FEMALE', substr(md5(gen_random_uuid()::text), 1, 10), gen_random_uuid()";
        var stamp = seed % 2 == 0 ? ", updated_at = now()" : "";
        string Any(string table, string where = "true", string strength = "UPDATE") =>
            $"(SELECT id FROM {table} WHERE {where} ORDER BY md5(id || '{seed}') LIMIT 1 FOR {strength} SKIP LOCKED)";
        const string IsFree = "NOT EXISTS (SELECT FROM employees WHERE party_id = parties.id)";
        return connection.Execute(what switch
        {
            Event.Party => $"INSERT INTO parties (id, {Columns}) VALUES (gen_random_uuid(), {values}, now())",
            Event.OldParty =>
                $"INSERT INTO parties (id, {Columns}) VALUES (gen_random_uuid(), {values}, now() - interval '1 hour' * {seed % 100})",
            Event.ChangedParty =>
                $"UPDATE parties SET last_name = 'Ткач{seed}', updated_at = now() WHERE id = {Any("parties")}",
            Event.QuietlyChangedParty => $"UPDATE parties SET about_myself = '{seed}' WHERE id = {Any("parties")}",
            Event.DeletedParty => $"DELETE FROM parties WHERE id = {Any("parties", IsFree)}",
            Event.ReturnedParty => $"""
                INSERT INTO parties (id, {Columns})
                SELECT id, {values}, CASE WHEN {seed % 2} = 0 THEN now() ELSE now() - interval '3 days' END
                  FROM bulk_removals removal
                 WHERE resource = 'parties' AND NOT EXISTS (SELECT FROM parties WHERE id = removal.id)
                 ORDER BY md5(id || '{seed}')
                 LIMIT 1
                """,
            Event.PartyWithAnotherId => $"UPDATE parties SET id = gen_random_uuid(){stamp} WHERE id = {Any("parties", IsFree)}",
            Event.Employee => $"""
                INSERT INTO employees (id, legal_entity_id, party_id, position, employee_type, status, start_date, is_active, inserted_by, inserted_at)
                SELECT gen_random_uuid(), (SELECT id FROM legal_entities LIMIT 1), party.id, 'P{seed}', 'DOCTOR', 'APPROVED', '2019-06-04', true, party.id, now()
                  FROM {Any("parties", strength: "KEY SHARE")} party
                """,
            Event.ChangedEmployee => $"UPDATE employees SET status_reason = '{seed}', updated_at = now() WHERE id = {Any("employees")}",
            Event.DeletedEmployee => $"""
                DELETE FROM employees WHERE id =
                  {Any("employees", "NOT EXISTS (SELECT FROM contracts WHERE employees.id IN (contractor_owner_id, nhs_signer_id))")}
                """,
            Event.ContractNumber => $"UPDATE contracts SET contract_number = 'K-{seed}-' || id, updated_at = now() WHERE id = {Any("contracts")}",
            Event.QuietContractNumber => $"UPDATE contracts SET contract_number = 'Q-{seed}-' || id WHERE id = {Any("contracts")}",
            Event.ContractDivision => $"""
                INSERT INTO contract_divisions (id, contract_id, division_id, inserted_by, inserted_at)
                SELECT gen_random_uuid(), contract.id, (SELECT id FROM divisions LIMIT 1), contract.id, now()
                  FROM {Any("contracts", strength: "KEY SHARE")} contract
                """,
            Event.ChangedContractDivision =>
                $"UPDATE contract_divisions SET is_active = NOT is_active, updated_at = now() WHERE id = {Any("contract_divisions")}",
            Event.MovedContractDivision => $"""
                UPDATE contract_divisions SET contract_id = contract.id, updated_at = now()
                  FROM {Any("contracts", strength: "KEY SHARE")} contract WHERE contract_divisions.id = {Any("contract_divisions")}
                """,
            Event.DeletedContractDivision => $"DELETE FROM contract_divisions WHERE id = {Any("contract_divisions")}",
            Event.Truncation => "TRUNCATE contract_divisions",
            _ => throw new InvalidOperationException($"{what}"),
        }, Ct);
    }

    /// <summary>A new party with old stamps and a changed one without a stamp.</summary>
    private async Task Import(int seed)
    {
        var known = await registry.Rows("SELECT id FROM parties ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1");
        var lines = known.Select(row => (Id: (Guid)row["id"]!, Stamps: ""))
            .Append((Guid.NewGuid(), ",\"inserted_at\":\"2020-01-01T00:00:00Z\",\"updated_at\":\"2020-01-01T00:00:00Z\""))
            .Select(row => $$"""
                {"id":"{{row.Item1}}","first_name":"Іван","last_name":"Франко{{seed}}","birth_date":"1983-05-17","gender":"MALE","tax_id":"{{row.Item1.ToString()[..8]}}","documents":[{"type":"PASSPORT","number":"АА000001"}],"phones":[{"type":"MOBILE","number":"+380000000001"}],"inserted_by":"{{row.Item1}}"{{row.Item2}}}
                """);
        var directory = Directory.CreateTempSubdirectory("esoz-mirror-").FullName;
        await File.WriteAllLinesAsync(Path.Combine(directory, "parties.ndjson"), lines, Ct);
        await ImportDirectory.Run(registry.Database.Source, directory, _ => { }, Ct);
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>What happens to the registry between two builds.</summary>
    private enum Event
    {
        Party,
        OldParty,
        ChangedParty,
        QuietlyChangedParty,
        DeletedParty,
        ReturnedParty,
        PartyWithAnotherId,
        Employee,
        ChangedEmployee,
        DeletedEmployee,
        ContractNumber,
        QuietContractNumber,
        ContractDivision,
        ChangedContractDivision,
        MovedContractDivision,
        DeletedContractDivision,
        Truncation,
        Import,
        /// <summary>A transaction that writes before the build and commits after it.</summary>
        LateCommit,
        /// <summary>A transaction that began hours before the build and writes after it.</summary>
        LateWrite,
        ClockSetBack,
    }
}
