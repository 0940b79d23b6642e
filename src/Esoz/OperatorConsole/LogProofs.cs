using Esoz.Platform.Audit;

namespace Esoz.OperatorConsole;

/// <summary>What the console needs of the installation to verify the logs and to sign exports of them.</summary>
public sealed record LogProofs
{
    /// <summary>Places of the copies of the seals, for people.</summary>
    public required Func<IReadOnlyList<string>> Anchors { get; init; }

    /// <summary>Compares the logs with their seals and anchors; is told after each seal the log, and the number of the seal.</summary>
    public required Func<Action<string, long>, CancellationToken, Task<AuditVerdict>> Verify { get; init; }

    /// <summary>The key that signs the seals.</summary>
    public required Func<AuditKey> OpenKey { get; init; }

    /// <summary>On a local disk; holds an export while it is written and sent.</summary>
    public required string ExportDirectory { get; init; }
}
