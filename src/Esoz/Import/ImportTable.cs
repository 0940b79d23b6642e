using Npgsql;
using NpgsqlTypes;

namespace Esoz.Import;

/// <summary>A table that can be loaded, with its columns in the live schema.</summary>
/// <param name="Computed">Generated columns with their expressions; members with these names are refused.</param>
public sealed record ImportTable(string Name, IReadOnlyList<ImportColumn> Columns, IReadOnlyDictionary<string, string> Computed)
{
    private const string SystemUser = "'4261eacf-8008-4e62-899f-de1e2f7065f0'::uuid";

    private readonly Dictionary<string, int> _places = Columns.Select((column, place) => (column.Name, place)).ToDictionary();

    /// <summary>Index of the column in <see cref="Columns"/>; -1 when there is none of this name.</summary>
    public int PlaceOf(string name) => _places.GetValueOrDefault(name, -1);

    public static async Task<ImportTable> Read(NpgsqlConnection connection, string name, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            SELECT column_name, udt_name, character_maximum_length, is_nullable = 'NO', column_default, generation_expression
              FROM information_schema.columns
             WHERE table_schema = 'esoz' AND table_name = $1
             ORDER BY ordinal_position
            """, connection) { Parameters = { new() { Value = name } } };
        await using var rows = await command.ExecuteReaderAsync(ct);

        List<ImportColumn> columns = [];
        Dictionary<string, string> computed = [];
        while (await rows.ReadAsync(ct))
        {
            var column = rows.GetString(0);
            if (!rows.IsDBNull(5))
                computed.Add(column, rows.GetString(5));
            else
                columns.Add(new(column, TypeOf(rows.GetString(1)), rows.IsDBNull(2) ? null : rows.GetInt32(2), rows.GetBoolean(3),
                    column == "inserted_by" ? SystemUser : rows.IsDBNull(4) ? null : rows.GetString(4)));
        }
        return new(name, columns, computed);
    }

    private static NpgsqlDbType TypeOf(string type) => type switch
    {
        "uuid" => NpgsqlDbType.Uuid,
        "varchar" => NpgsqlDbType.Varchar,
        "bpchar" => NpgsqlDbType.Char,
        "text" => NpgsqlDbType.Text,
        "bool" => NpgsqlDbType.Boolean,
        "int4" => NpgsqlDbType.Integer,
        "float8" => NpgsqlDbType.Double,
        "date" => NpgsqlDbType.Date,
        "timestamptz" => NpgsqlDbType.TimestampTz,
        "json" => NpgsqlDbType.Json,
        "jsonb" => NpgsqlDbType.Jsonb,
        "_text" => NpgsqlDbType.Array | NpgsqlDbType.Text,
        _ => throw new NotSupportedException($"Columns of type {type} cannot be imported"),
    };
}
