using System.Text;
using System.Text.Json;
using CsvHelper;
using Esoz.BulkExport;
using Esoz.BulkExport.Snapshots;
using Esoz.Codes;
using Npgsql;

namespace Esoz.Import;

/// <summary>
/// <c>import --nszu FILE.csv</c>: loads legal entities from the published НСЗУ file of contracted providers.
/// </summary>
/// <remarks>
/// <para>
/// The rule of the two ids: one ЄДРПОУ may be in several rows, each with its own id, because НСЗУ contracts primary, specialised and
/// emergency care separately. Every row becomes a legal entity under its own id and the kind of care becomes its type (Первинна –
/// PRIMARY_CARE, Спеціалізована – OUTPATIENT, Екстрена – EMERGENCY), so both ids can coexist: an ЄДРПОУ may be ACTIVE once per type. Only a
/// second row with the same ЄДРПОУ <em>and</em> the same kind of care, in the file or in the registry, is skipped; the first one is kept.
/// </para>
/// <para>
/// A row that cannot be loaded is skipped and reported; the others are loaded. A repeated import changes only values that differ, and never
/// the status: it does not reactivate a provider that was suspended or closed here. The registry has no columns for the owner's name,
/// latitude and longitude, so they are not stored. The coordinates are of the registration address, not of a place of care, so no divisions
/// are created either.
/// </para>
/// </remarks>
public static class ImportNszu
{
    private static readonly string[] Columns =
    [
        "legal_entity_id", "legal_entity_name", "legal_entity_edrpou", "care_type", "property_type", "legal_entity_email",
        "legal_entity_website", "legal_entity_phone", "legal_entity_owner_name", "registration_area", "registration_settlement",
        "registration_address", "lat", "lng",
    ];

    private static readonly HashSet<string> OnlyForNew = ["status", "is_active", "nhs_verified"];

    /// <exception cref="ImportFailedException">The file is not the НСЗУ file or is malformed CSV; nothing was written.</exception>
    public static async Task<NszuSummary> Run(NpgsqlDataSource database, string file, CancellationToken ct)
    {
        var source = Path.GetFileName(file);
        using var text = new StreamReader(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        var records = Read(text, source);
        var (rows, skipped) = Accept(records);

        await using var write = await WriteConnection.Open(database, ct);
        var connection = write.Connection;
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.LimitIdleTransaction(ct);
        var existing = await ExistingDivisions(connection, ct);
        var contacts = await StoredContacts(connection, ct);

        var staged = new StagedTable(await ImportTable.Read(connection, "legal_entities", ct), source);
        await using (var copy = await staged.Open(connection, ct))
        {
            foreach (var (line, provider, _) in rows)
            {
                if (existing.TryGetValue((provider.Edrpou, provider.Type), out var other) && other != provider.Id)
                    skipped.Add((line, $"ЄДРПОУ {provider.Edrpou} is already ACTIVE as {provider.Type} under {other}"));
                else
                    staged.Add(copy, line, provider.WithContacts(contacts.GetValueOrDefault(provider.Id)).Json());
            }
            await copy.CompleteAsync(ct);
        }
        if (staged.Faults.Count > 0)
            throw new ImportFailedException([.. staged.Faults.Take(ImportFailedException.MaxFaults)]);

        var loaded = await new Merge(staged, OnlyForNew).Run(connection, transaction, ct);
        if (loaded.Inserted + loaded.Updated > 0)
            await WindowStarts.Move(connection, BulkResources.WithWindowsOf([loaded.Table]), ct);
        await transaction.CommitAsync(ct);
        write.EnsureReplicated();

        return new(records.Count, loaded.Inserted, loaded.Updated, loaded.Unchanged,
            TwoIds: rows.GroupBy(row => row.Provider.Edrpou).Count(group => group.Count() > 1),
            WithCoordinates: rows.Count(row => row.HasCoordinates),
            [.. skipped.OrderBy(skip => skip.Line).Select(skip => $"{source}:{skip.Line}: {skip.Reason}")]);
    }

    /// <summary>Records after the header, each as a lookup by column name, or null when its number of fields is wrong.</summary>
    private static List<(int Line, Func<string, string>? Value)> Read(TextReader text, string source)
    {
        try
        {
            using var csv = CsvReader.Create(text, new CsvReaderOptions
            {
                Separator = ',',
                HasHeader = false,
                TrackLineNumbers = true,
                OnMalformedRecord = record =>
                    throw new ImportFailedException([$"{source}:{record.LineNumber}: {Explanation(record.Reason)}"]),
            });
            string[] header = csv.Read() ? csv.Current.ToArray() : [];
            var missing = Columns.Except(header).ToList();
            if (missing.Count > 0)
                throw new ImportFailedException([$"{source}:1: is not the НСЗУ file, its header lacks {string.Join(", ", missing)}"]);

            var places = Columns.ToDictionary(name => name, name => Array.IndexOf(header, name));
            List<(int, Func<string, string>?)> rows = [];
            while (csv.Read())
            {
                var fields = csv.Current.ToArray();
                rows.Add(((int)csv.LineNumber, fields.Length == header.Length ? name => fields[places[name]].Trim() : null));
            }
            return rows;
        }
        catch (DecoderFallbackException)
        {
            throw new ImportFailedException([$"{source}: is not UTF-8"]);
        }
    }

    /// <summary>Explains malformed records, which the CSV reader would otherwise repair by guessing.</summary>
    private static string Explanation(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote => "a quote inside an unquoted field",
        CsvMalformedReason.TextAfterClosingQuote => "text follows the closing quote of a field",
        CsvMalformedReason.UnterminatedQuote => "a quoted field has no closing quote",
        _ => $"is not valid CSV ({reason})",
    };

    private static (List<(int Line, NszuProvider Provider, bool HasCoordinates)> Rows, List<(int Line, string Reason)> Skipped) Accept(
        List<(int Line, Func<string, string>? Value)> records)
    {
        List<(int, NszuProvider, bool)> rows = [];
        List<(int, string)> skipped = [];
        Dictionary<Guid, int> ids = [];
        Dictionary<(string, string), int> cares = [];
        foreach (var (line, value) in records)
        {
            if (value is null)
                skipped.Add((line, "the number of fields differs from the header"));
            else if (NszuProvider.Read(value) is var (provider, fault) && provider is null)
                skipped.Add((line, fault!));
            else if (!ids.TryAdd(provider.Id, line))
                skipped.Add((line, $"duplicate legal_entity_id, first on line {ids[provider.Id]}"));
            else if (!cares.TryAdd((provider.Edrpou, provider.Type), line))
                skipped.Add(
                    (line, $"ЄДРПОУ {provider.Edrpou} with this care_type is a duplicate, first on line {cares[(provider.Edrpou, provider.Type)]}"));
            else
                rows.Add((line, provider, value("lat").Length > 0 && value("lng").Length > 0));
        }
        return (rows, skipped);
    }

    /// <summary>E-mail and phones of the legal entities by id.</summary>
    private static async Task<Dictionary<Guid, (string? Email, JsonElement? Phones)>> StoredContacts(
        NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT id, email, phones FROM legal_entities", connection);
        await using var rows = await command.ExecuteReaderAsync(ct);
        Dictionary<Guid, (string?, JsonElement?)> contacts = [];
        while (await rows.ReadAsync(ct))
            contacts.Add(rows.GetGuid(0), (rows.IsDBNull(1) ? null : rows.GetString(1),
                rows.IsDBNull(2) ? null : JsonElement.Parse(rows.GetString(2))));
        return contacts;
    }

    /// <summary>Ids of ACTIVE legal entities by ЄДРПОУ and type.</summary>
    private static async Task<Dictionary<(string, string), Guid>> ExistingDivisions(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT edrpou, type, id FROM legal_entities WHERE status = '{LegalEntityStatus.Active}'", connection);
        await using var rows = await command.ExecuteReaderAsync(ct);
        Dictionary<(string, string), Guid> existing = [];
        while (await rows.ReadAsync(ct))
            existing.Add((rows.GetString(0), rows.GetString(1)), rows.GetGuid(2));
        return existing;
    }
}
