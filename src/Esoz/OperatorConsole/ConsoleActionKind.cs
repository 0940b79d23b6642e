namespace Esoz.OperatorConsole;

/// <summary>Kinds of actions of operators.</summary>
public static class ConsoleActionKind
{
    public const string SnapshotBuild = "snapshot-build";
    public const string SnapshotVerify = "snapshot-verify";
    public const string AuditVerify = "audit-verify";
    public const string JournalExport = "journal-export";
    public const string ChangesExport = "changes-export";
    public const string TrustImport = "trust-import";
}
