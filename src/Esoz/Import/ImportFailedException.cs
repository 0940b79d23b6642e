namespace Esoz.Import;

/// <summary>
/// The data cannot be loaded; nothing was written. <see cref="Faults"/> are messages for the user, <c>file:line: reason</c>, at most
/// <see cref="MaxFaults"/>. They contain names of members and constraints, never values, which are personal data.
/// </summary>
public sealed class ImportFailedException(IReadOnlyList<string> faults, Exception? inner = null)
    : Exception(string.Join(Environment.NewLine, faults), inner)
{
    /// <summary>Maximum number of errors before the import stops.</summary>
    public const int MaxFaults = 20;

    public IReadOnlyList<string> Faults { get; } = faults;
}
