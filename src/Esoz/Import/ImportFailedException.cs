namespace Esoz.Import;

/// <summary>
/// The data cannot be loaded; nothing was written. <see cref="Faults"/> are lines for a person, <c>file:line: reason</c>, at most
/// <see cref="Most"/>. They name members and constraints, never values: the data is about people.
/// </summary>
public sealed class ImportFailedException(IReadOnlyList<string> faults, Exception? inner = null)
    : Exception(string.Join(Environment.NewLine, faults), inner)
{
    /// <summary>So many faults are collected before the import gives up.</summary>
    public const int Most = 20;

    public IReadOnlyList<string> Faults { get; } = faults;
}
