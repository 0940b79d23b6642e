using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>How to read the row of a guarded write; a <see cref="RowMap{T}"/> converts to it implicitly.</summary>
/// <param name="Name">Name of the row in the write and in <paramref name="Columns"/>.</param>
/// <param name="Columns">The select list; the first column is never NULL.</param>
/// <param name="Read">Reads it, given the ordinal of the first of the columns.</param>
public sealed record WrittenRow<T>(string Name, string Columns, Func<NpgsqlDataReader, int, T> Read)
{
    /// <summary>Joined tables that the columns need.</summary>
    public string Joins { get; init; } = "";

    /// <summary>The columns in the RETURNING clause of the write.</summary>
    public string Returning { get; init; } = $"{Name}.*";
}
