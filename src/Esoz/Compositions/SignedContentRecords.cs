using Esoz.Platform.Health;
using Esoz.Platform.Jobs;
using Esoz.Platform.Reconciling;
using Esoz.Platform.Storage;
using Npgsql;

namespace Esoz.Compositions;

/// <summary>
/// The signed contents that compositions refer to. The object is written before its composition refers to it, by a task that ends in the
/// same transaction: while the composition's subject has an unfinished task, an object without a reference is in order.
/// </summary>
public sealed class SignedContentRecords(PostgresDatabase database, Bucket bucket) : BucketRecords(bucket)
{
    private const string Columns =
        "id, signed_content_key, signed_content_digest, cancel_content_key, cancel_content_digest";

    private static readonly string ReadSql = $"""
        SELECT {Columns},
               {JobTable.HasUnfinished("composition.subject_id", SignCompositionTask.Type, CancelCompositionTask.Type)}
          FROM compositions composition
         WHERE
        """;

    public override string AdviceOnUnknown =>
        "its job has failed, or the database was restored to an earlier moment: keep it until you know which";

    public override async Task<RecordPage> Page(string? after, int limit, CancellationToken ct)
    {
        var rows = await database.Command($"""
            SELECT {Columns} FROM compositions
             WHERE id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
               AND num_nonnulls(signed_content_key, cancel_content_key) > 0
             ORDER BY id
             LIMIT $2
            """, after is null ? DBNull.Value : Guid.Parse(after), limit).ReadAll(row => (Id: row.GetGuid(0), Records: RecordsOf(row)), ct);
        return new([.. rows.SelectMany(row => row.Records)], rows.Count < limit ? null : rows[^1].Id.ToString());
    }

    public override async Task<ObjectRecord?> Read(string key, CancellationToken ct)
    {
        var rows = await (Guid.TryParseExact(key.Split('/')[0], "D", out var id)
            ? database.Command($"{ReadSql} id = $1", id)
            : database.Command($"{ReadSql} $1 IN (signed_content_key, cancel_content_key)", key))
            .ReadAll(row => (Records: RecordsOf(row), IsInWork: row.GetBoolean(5)), ct);
        return rows.SelectMany(row => row.Records).FirstOrDefault(record => record.Key == key)
            ?? (rows.Any(row => row.IsInWork) ? RecordOf(key, digest: null) with { IsUnsettled = true } : null);
    }

    private static List<ObjectRecord> RecordsOf(NpgsqlDataReader row)
    {
        var records = new List<ObjectRecord>();
        foreach (var column in new[] { 1, 3 })
        {
            if (row.Text(column) is { } key)
                records.Add(RecordOf(key, row.Text(column + 1)));
        }
        return records;
    }

    private static ObjectRecord RecordOf(string key, string? digest) => new(key, "signed content", Severity.Broken,
        "nobody can make it again: restore this object from a backup of the store")
    { Sha256 = digest };
}
