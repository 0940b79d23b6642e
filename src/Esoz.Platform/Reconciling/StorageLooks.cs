using Esoz.Platform.Database;
using Esoz.Platform.Storage;

namespace Esoz.Platform.Reconciling;

/// <summary>How far the hourly comparison of database and store has got (<c>storage_looks</c>).</summary>
public sealed class StorageLooks(PostgresDatabase database)
{
    /// <summary>The state of every bucket that was looked at.</summary>
    public Task<IReadOnlyList<StorageLookState>> Find(CancellationToken ct) => database.Command("""
        SELECT bucket, last_folder, done_at, greatest(done_findings, round_findings), greatest(done_broken, round_broken), looked_at
          FROM storage_looks ORDER BY bucket
        """).ReadAll(row => new StorageLookState(
        row.GetString(0), row.Text(1), row.IsDBNull(2) ? null : row.GetDateTime(2), row.GetInt64(3), row.GetInt64(4),
        row.GetDateTime(5)), ct);

    public Task Keep(Bucket bucket, Reconciled look, CancellationToken ct) => database.Command("""
        INSERT INTO storage_looks AS it (bucket, last_folder, round_started_at, round_records, round_findings, round_broken,
          done_at, done_records, done_findings, done_broken, looked_at)
        SELECT $1, $2, now(), CASE WHEN is_done THEN 0 ELSE $3 END, CASE WHEN is_done THEN 0 ELSE $4 END, CASE WHEN is_done THEN 0 ELSE $5 END,
               CASE WHEN is_done THEN now() END, CASE WHEN is_done THEN $3 END, CASE WHEN is_done THEN $4 END,
               CASE WHEN is_done THEN $5 END, now()
          FROM (SELECT $2::text IS NULL AS is_done) look
            ON CONFLICT (bucket) DO UPDATE SET
               last_folder = $2, looked_at = now(),
               round_started_at = CASE WHEN $2::text IS NULL THEN now() ELSE it.round_started_at END,
               round_records = CASE WHEN $2::text IS NULL THEN 0 ELSE it.round_records + $3 END,
               round_findings = CASE WHEN $2::text IS NULL THEN 0 ELSE it.round_findings + $4 END,
               round_broken = CASE WHEN $2::text IS NULL THEN 0 ELSE it.round_broken + $5 END,
               done_at = CASE WHEN $2::text IS NULL THEN now() ELSE it.done_at END,
               done_records = CASE WHEN $2::text IS NULL THEN it.round_records + $3 ELSE it.done_records END,
               done_findings = CASE WHEN $2::text IS NULL THEN it.round_findings + $4 ELSE it.done_findings END,
               done_broken = CASE WHEN $2::text IS NULL THEN it.round_broken + $5 ELSE it.done_broken END
        """, bucket.Logical, look.Last, look.Records, look.Findings, look.Broken).Execute(ct);
}

/// <summary>What the looks at one bucket have found.</summary>
/// <param name="Bucket">Its logical name.</param>
/// <param name="Last">The last folder that was compared; null = the next look begins a round.</param>
/// <param name="DoneAt">When the last round came to its end; null = none has.</param>
/// <param name="Findings">Of the last round, or of the running one when it has more already.</param>
/// <param name="Broken">Those of them that are losses.</param>
public sealed record StorageLookState(string Bucket, string? Last, DateTime? DoneAt, long Findings, long Broken, DateTime LookedAt);
