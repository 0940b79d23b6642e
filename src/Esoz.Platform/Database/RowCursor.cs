using Esoz.Platform.Json;
using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>
/// Reads the columns of a row sequentially, in the order of selection. A view that an object initialiser fills in the order of its members
/// needs no ordinals.
/// </summary>
/// <param name="row">A row that has been read.</param>
/// <param name="first">Ordinal of the first column to read.</param>
public struct RowCursor(NpgsqlDataReader row, int first = 0)
{
    private int _next = first;

    /// <summary>Whether the next column is null; does not advance.</summary>
    public readonly bool IsNull => row.IsDBNull(_next);

    /// <summary>Skips columns.</summary>
    public void Skip(int columns) => _next += columns;

    public Guid Uuid() => row.GetGuid(_next++);

    public Guid? UuidOrNull() => Skip() ? null : row.GetGuid(_next - 1);

    public IReadOnlyList<Guid> Uuids() => row.GetFieldValue<Guid[]>(_next++);

    public string Text() => row.GetString(_next++);

    public string? TextOrNull() => Skip() ? null : row.GetString(_next - 1);

    public bool Flag() => row.GetBoolean(_next++);

    public bool? FlagOrNull() => Skip() ? null : row.GetBoolean(_next - 1);

    public int Integer() => row.GetInt32(_next++);

    public int? IntegerOrNull() => Skip() ? null : row.GetInt32(_next - 1);

    public double Number() => row.GetDouble(_next++);

    public double? NumberOrNull() => Skip() ? null : row.GetDouble(_next - 1);

    public DateTime Instant() => row.GetDateTime(_next++);

    public DateTime? InstantOrNull() => Skip() ? null : row.GetDateTime(_next - 1);

    public DateOnly Date() => row.GetFieldValue<DateOnly>(_next++);

    public DateOnly? DateOrNull() => Skip() ? null : row.GetFieldValue<DateOnly>(_next - 1);

    public RawJson Json() => new(row.GetFieldValue<byte[]>(_next++));

    public RawJson? JsonOrNull() => Skip() ? null : new(row.GetFieldValue<byte[]>(_next - 1));

    /// <summary>Skips the next column and returns whether it was null.</summary>
    private bool Skip() => row.IsDBNull(_next++);
}
