using Npgsql;

namespace Esoz.Sandbox.Generate;

/// <summary>
/// Writes rows into one table by binary COPY. Values come in the order of the columns; each is sent with the type of its column in this
/// database (for example json or jsonb).
/// </summary>
/// <remarks>
/// COPY does not report back per row: errors in a row (a violated constraint) appear when it ends.
/// </remarks>
internal sealed class TableWriter : IAsyncDisposable
{
    private readonly NpgsqlBinaryImporter _importer;
    private readonly string[] _types;
    private int _column;

    private TableWriter(NpgsqlBinaryImporter importer, string[] types) => (_importer, _types) = (importer, types);

    /// <summary>Rows written so far.</summary>
    public long Rows { get; private set; }

    /// <param name="columns">Names separated by commas, in the order of the values.</param>
    public static async Task<TableWriter> Open(NpgsqlConnection connection, string table, string columns, CancellationToken ct)
    {
        var types = await Types(connection, table, columns, ct);
        return new(await connection.BeginBinaryImportAsync($"COPY {table} ({columns}) FROM STDIN (FORMAT binary)", ct), types);
    }

    public void StartRow()
    {
        _importer.StartRow();
        _column = 0;
        Rows++;
    }

    public TableWriter Value<T>(T value)
    {
        _importer.Write(value, _types[_column++]);
        return this;
    }

    public TableWriter Value<T>(T? value) where T : struct => value is { } known ? Value(known) : Null();

    /// <summary>Text or JSON text.</summary>
    public TableWriter Text(string? value) => value is null ? Null() : Value(value);

    public TableWriter Null()
    {
        _importer.WriteNull();
        _column++;
        return this;
    }

    /// <summary>Completes the COPY; without this call its rows are lost.</summary>
    public async Task Complete(CancellationToken ct) => await _importer.CompleteAsync(ct);

    public ValueTask DisposeAsync() => _importer.DisposeAsync();

    private static async Task<string[]> Types(NpgsqlConnection connection, string table, string columns, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"SELECT {columns} FROM {table} LIMIT 0", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetDataTypeName).Select(name => name.Split('(')[0])];
    }
}
