using Esoz.Platform.Audit;
using Esoz.Platform.Database;
using Esoz.Platform.Storage;

namespace Esoz;

/// <summary>Table of contents: the logs that are sealed (platform §13).</summary>
public static class SealedLogs
{
    public static IReadOnlyList<SealedLog> Of(Settings settings) => [new("audit_log"), new("access_journal", settings.Journal.Retention)];

    public static SealAudit Sealer(Settings settings, PostgresDatabase database, IObjectStore store, ILogger<SealAudit> log) =>
        new(database, Of(settings), settings.Audit.OpenKey,
            new AuditAnchors(settings.Audit.AnchorDirectory, store, settings.Audit.AnchorBucket), log);

    /// <param name="anchors">Directories with anchors; none = that of the settings.</param>
    public static VerifyAudit Verifier(Settings settings, PostgresDatabase database, AuditKeys keys, IReadOnlyList<string> anchors) =>
        new(database, Of(settings), keys, anchors.Count > 0 ? anchors : [settings.Audit.AnchorDirectory]);
}
