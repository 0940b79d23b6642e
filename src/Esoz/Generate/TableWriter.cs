using Npgsql;

namespace Esoz.Generate;

/// <summary>
/// Writes rows into one table by binary COPY. Values come in the order of the columns; each is sent as the type that its column has in
/// this database (json or jsonb, say).
/// </summary>
/// <remarks>
/// COPY does not call back: faults of a row (a broken constraint) surface when a portion ends. A portion is one COPY, so that the checks the
/// database defers to the end of a statement never wait for the whole table.
/// </remarks>
internal sealed class TableWriter : IDisposable
{
    private const int Portion = 50_000;

    private readonly NpgsqlConnection _connection;
    private readonly string _copy;
    private readonly string[] _types;
    private NpgsqlBinaryImporter? _importer;
    private int _column;
    private int _inPortion;

    private TableWriter(NpgsqlConnection connection, string copy, string[] types) => (_connection, _copy, _types) = (connection, copy, types);

    /// <summary>Rows written so far.</summary>
    public long Rows { get; private set; }

    /// <param name="columns">Names separated by commas, in the order of the values.</param>
    public static async Task<TableWriter> Open(NpgsqlConnection connection, string table, string columns, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"SELECT {columns} FROM {table} LIMIT 0", connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var types = Enumerable.Range(0, reader.FieldCount).Select(reader.GetDataTypeName).Select(name => name.Split('(')[0]).ToArray();
        return new(connection, $"COPY {table} ({columns}) FROM STDIN (FORMAT binary)", types);
    }

    public void StartRow()
    {
        if (_inPortion == Portion)
            EndPortion();
        _importer ??= _connection.BeginBinaryImport(_copy);
        _importer.StartRow();
        _column = 0;
        _inPortion++;
        Rows++;
    }

    public TableWriter Value<T>(T value)
    {
        _importer!.Write(value, _types[_column++]);
        return this;
    }

    public TableWriter Value<T>(T? value) where T : struct => value is { } known ? Value(known) : Null();

    /// <summary>Text or JSON text.</summary>
    public TableWriter Text(string? value) => value is null ? Null() : Value(value);

    public TableWriter Null()
    {
        _importer!.WriteNull();
        _column++;
        return this;
    }

    /// <summary>Ends the current portion; without it its rows are lost.</summary>
    public void EndPortion()
    {
        if (_importer is null)
            return;
        _importer.Complete();
        _importer.Dispose();
        _importer = null;
        _inPortion = 0;
    }

    public void Dispose() => _importer?.Dispose();
}
