namespace Esoz.Platform.Database;

/// <summary>Migration files that were applied to the database differ from the files of this program: the program must not start.</summary>
public sealed class MigrationChangedException(IReadOnlyList<string> names) : Exception(
    $"Already applied but changed since: {string.Join(", ", names)}. Applied migrations are never edited; put the change into a new file.")
{
    /// <summary>The files that differ, e.g. <c>0003-contracts.sql</c>.</summary>
    public IReadOnlyList<string> Names { get; } = names;
}
