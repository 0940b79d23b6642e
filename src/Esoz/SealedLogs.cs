using Esoz.OperatorConsole;
using Esoz.Platform.Audit;
using Esoz.Platform.Signatures;
using Esoz.Platform.Storage;

namespace Esoz;

/// <summary>Table of contents: the logs that are sealed (platform §13), and the places of the copies.</summary>
public static class SealedLogs
{
    public static IReadOnlyList<SealedLog> Of(Settings settings) => [new("audit_log"), new("access_journal", settings.Journal.Retention)];

    public static SealAudit Sealer(
        Settings settings, PostgresDatabase database, IObjectStore store, ILogger<SealAudit> log, AuditMetrics? metrics = null) =>
        new(database, Of(settings), settings.Audit.OpenKey, Anchors(settings, store),
            settings.Audit.TimestampUrl is { } url ? new TimestampAuthority(url) : null, Check(settings), log)
        {
            Metrics = metrics,
        };

    /// <param name="anchors">Where copies are compared.</param>
    public static VerifyAudit Verifier(
        Settings settings, PostgresDatabase database, AuditKeys keys, IReadOnlyList<AuditAnchors> anchors) =>
        new(database, Of(settings), keys, anchors, Check(settings));

    /// <summary>The same for the console.</summary>
    public static LogProofs Proofs(Settings settings, PostgresDatabase database, IObjectStore store) => new()
    {
        Anchors = () => [.. Anchors(settings, store).Select(place => place.Place)],
        Verify = async (watch, ct) =>
        {
            using var keys = settings.Audit.KnownKeys();
            return await Verifier(settings, database, keys, Anchors(settings, store)).Run(ct, watch);
        },
        OpenKey = settings.Audit.OpenKey,
        ExportDirectory = Path.Combine(settings.DataDirectory, "exports"),
    };

    /// <summary>The places of the settings.</summary>
    public static IReadOnlyList<AuditAnchors> Anchors(Settings settings, IObjectStore store) =>
        Bucket(settings, store) is { } bucket ? [new AnchorDirectory(settings.Audit.AnchorDirectory), bucket]
            : [new AnchorDirectory(settings.Audit.AnchorDirectory)];

    /// <summary>Null when none is configured.</summary>
    public static AnchorBucket? Bucket(Settings settings, IObjectStore store) => settings.Audit.AnchorBucket is not { } bucket ? null
        : new(store, bucket, settings.Audit.AnchorRetention, settings.Audit.AnchorRetentionMode);

    /// <summary>Whom time stamps and signatures on days are believed from: the same as those of doctors.</summary>
    public static DayProofCheck Check(Settings settings) => new(settings.Signatures,
        new TrustDirectory(settings.Signatures.TrustPath, TimeProvider.System, isTest: TestAnchors.Refused(settings)), TimeProvider.System);
}
