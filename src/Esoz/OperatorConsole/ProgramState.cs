using Esoz.Platform.Configuration;
using Esoz.Platform.Health;

namespace Esoz.OperatorConsole;

/// <summary>
/// What the program tells the console about itself. It is made above the console, which knows neither the settings of the program nor
/// what is made of them.
/// </summary>
public sealed record ProgramState
{
    /// <summary>What <c>doctor</c> finds, as far as it is quick.</summary>
    public required Func<CancellationToken, Task<IReadOnlyList<Finding>>> Check { get; init; }

    /// <summary>One look-up in the object store.</summary>
    public required Func<CancellationToken, Task> LookIntoStore { get; init; }

    /// <summary>The object store is a directory of this machine.</summary>
    public required bool IsStoreEmbedded { get; init; }

    /// <summary>In the order of docs/operations.md.</summary>
    public required IReadOnlyList<SettingRow> Settings { get; init; }
}

/// <summary>A setting, and what docs/operations.md says about it.</summary>
/// <param name="Section">Heading of its table there.</param>
/// <param name="Default">In words.</param>
public sealed record SettingRow(Setting Setting, string Section, string Default, string Meaning);
