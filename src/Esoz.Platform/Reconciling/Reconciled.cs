using Esoz.Platform.Health;

namespace Esoz.Platform.Reconciling;

/// <summary>What a comparison of database and store has gone through, and what it found.</summary>
public sealed record Reconciled
{
    /// <summary>The last folder that was compared; null = the comparison came to the end.</summary>
    public string? Last { get; init; }

    public long Records { get; init; }
    public long Objects { get; init; }

    /// <summary>Objects without a record, where that is in order: uploads through links of an S3 store.</summary>
    public long Unrecorded { get; init; }

    /// <summary>Objects that somebody may have replaced after their digest was recorded.</summary>
    public long Unproved { get; init; }

    /// <summary>Objects whose record changed each time they were compared.</summary>
    public long Changing { get; init; }

    public long Missing { get; init; }
    public long Unknown { get; init; }

    /// <summary>Different, former or unreadable.</summary>
    public long Wrong { get; init; }

    /// <summary>Findings that are <see cref="Severity.Broken"/>.</summary>
    public long Broken { get; init; }

    public long Findings => Missing + Unknown + Wrong;

    internal Reconciled With(StorageFinding finding) => this with
    {
        Missing = Missing + (finding.Fault == StorageFault.Missing ? 1 : 0),
        Unknown = Unknown + (finding.Fault == StorageFault.Unknown ? 1 : 0),
        Wrong = Wrong + (finding.Fault is StorageFault.Missing or StorageFault.Unknown ? 0 : 1),
        Broken = Broken + (finding.Severity == Severity.Broken ? 1 : 0),
    };
}
