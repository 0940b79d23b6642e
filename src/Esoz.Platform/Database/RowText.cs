using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>Reads columns that may be null.</summary>
public static class RowText
{
    /// <summary>Null for NULL.</summary>
    public static string? Text(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <inheritdoc cref="Text"/>
    public static Guid? Id(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);
}
