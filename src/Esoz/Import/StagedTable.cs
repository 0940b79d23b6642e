using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Esoz.Platform.Configuration;
using Npgsql;
using NpgsqlTypes;

namespace Esoz.Import;

/// <summary>
/// The lines of one source, validated one by one and copied into a temporary table with each line's number and the set of its members.
/// <see cref="Merge"/> merges them into the target table.
/// </summary>
/// <param name="source">Name of the source in faults, e.g. <c>employees.ndjson</c>.</param>
public sealed class StagedTable(ImportTable table, string source)
{
    private static readonly JsonDocumentOptions OneMeaning = new() { AllowDuplicateProperties = false };

    private readonly JsonElement[] _values = new JsonElement[table.Columns.Count];
    private readonly byte[][] _names = [.. table.Columns.Select(column => Encoding.UTF8.GetBytes(column.Name))];
    private readonly int[] _usualPlaces = new int[table.Columns.Count];
    private readonly List<string> _faults = [];

    public ImportTable Table => table;

    public string Source => source;

    /// <summary>Temporary table: <c>line</c>, <c>members</c> (bit n = column n is a member of the line) and the columns.</summary>
    public string Name => $"import_{table.Name}";

    public long Rows { get; private set; }

    /// <summary>Bits of the columns that every line has.</summary>
    public ulong InEveryLine { get; private set; } = ulong.MaxValue;

    /// <summary>Bits of the columns that at least one line has.</summary>
    public ulong InAnyLine { get; private set; }

    /// <summary>Errors found so far, <c>source:line: member: reason</c>; after the first one, lines are only validated.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Creates the temporary table and opens it for lines.</summary>
    public async Task<NpgsqlBinaryImporter> Open(NpgsqlConnection connection, CancellationToken ct)
    {
        var columns = string.Join(", ", table.Columns.Select(column => column.Name));
        await using (var create = new NpgsqlCommand(
            $"CREATE TEMP TABLE {Name} ON COMMIT DROP AS SELECT 0 AS line, 0::bigint AS members, {columns} FROM {table.Name} WHERE FALSE",
            connection))
            await create.ExecuteNonQueryAsync(ct);
        return await connection.BeginBinaryImportAsync($"COPY {Name} (line, members, {columns}) FROM STDIN (FORMAT binary)", ct);
    }

    /// <summary>Adds one line, a JSON object in UTF-8.</summary>
    public void Add(NpgsqlBinaryImporter copy, int line, ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span))
        {
            Fault(line, "is not valid UTF-8");
            return;
        }
        try
        {
            using var document = JsonDocument.Parse(json, OneMeaning);
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
                Fault(line, "is not a JSON object");
            else if (Members(line, document.RootElement) is { } members)
                Write(_faults.Count == 0 ? copy : null, line, members);
        }
        catch (JsonException wrong)
        {
            // The exception's own text may quote the line.
            Fault(line, wrong.BytePositionInLine is { } at ? $"is not JSON (at byte {at + 1})" : "has a member twice");
        }
        catch (InvalidOperationException)
        {
            Fault(line, "has a string that is not valid Unicode");
        }
    }

    /// <summary>Assigns the members to columns; null when one is unknown.</summary>
    private ulong? Members(int line, JsonElement row)
    {
        var members = 0UL;
        var known = true;
        var position = 0;
        foreach (var member in row.EnumerateObject())
        {
            var place = PlaceOf(member, position++);
            if (place < 0)
            {
                known = false;
                Fault(line, table.Computed.ContainsKey(member.Name)
                    ? $"{member.Name}: is computed from other members and cannot be imported"
                    : $"{member.Name}: is not a column of {table.Name}; did you mean {Nearest.To(member.Name, table.Columns.Select(c => c.Name))}?");
            }
            else
            {
                _values[place] = member.Value;
                members |= 1UL << place;
            }
        }
        if (table.PlaceOf("id") is var id && (members >> id & 1) == 0)
        {
            Fault(line, "id: is required");
            return null;
        }
        return known ? members : null;
    }

    /// <summary>Lines of one source mostly have the same members in the same order, which avoids the lookup by name.</summary>
    private int PlaceOf(JsonProperty member, int position)
    {
        if (position < _usualPlaces.Length && member.NameEquals(_names[_usualPlaces[position]]))
            return _usualPlaces[position];
        var place = table.PlaceOf(member.Name);
        if (place >= 0 && position < _usualPlaces.Length)
            _usualPlaces[position] = place;
        return place;
    }

    private void Write(NpgsqlBinaryImporter? copy, int line, ulong members)
    {
        Rows++;
        InEveryLine &= members;
        InAnyLine |= members;

        copy?.StartRow();
        copy?.Write(line, NpgsqlDbType.Integer);
        copy?.Write((long)members, NpgsqlDbType.Bigint);
        for (var place = 0; place < table.Columns.Count; place++)
        {
            if ((members >> place & 1) == 0)
            {
                copy?.WriteNull();
            }
            else if (table.Columns[place].Write(copy, _values[place]) is { } reason)
            {
                Fault(line, $"{table.Columns[place].Name}: {reason}");
                // The row is discarded anyway, but the copy must complete for the transaction to continue.
                copy?.WriteNull();
            }
        }
    }

    private void Fault(int line, string reason) => _faults.Add($"{source}:{line}: {reason}");
}
