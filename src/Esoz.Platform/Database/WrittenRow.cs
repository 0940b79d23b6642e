using Npgsql;

namespace Esoz.Platform.Database;

/// <summary>How the row that a guarded write has written is read; a <see cref="RowMap{T}"/> is one by itself.</summary>
/// <param name="Name">Name of the row in the write and in <paramref name="Columns"/>.</param>
/// <param name="Columns">What is selected; the first column is never NULL.</param>
/// <param name="Read">Reads it, given the ordinal of the first of the columns.</param>
public sealed record WrittenRow<T>(string Name, string Columns, Func<NpgsqlDataReader, int, T> Read)
{
    /// <summary>Joined tables that the columns need.</summary>
    public string Joins { get; init; } = "";

    /// <summary>What the write returns.</summary>
    public string Returning { get; init; } = $"{Name}.*";
}
