using System.Security.Cryptography;
using System.Text;
using Esoz.Platform.Storage;

namespace Esoz.MediaStorage;

/// <summary>
/// An upload through a link of the embedded store, on record in <c>media_uploads</c> and, by its trigger, in the audit log. The name of the
/// object may be that of a person, so its SHA-256 stands for it, which is the name of the file in the store.
/// </summary>
/// <param name="Digest">SHA-256 of the content, lower-case hexadecimal.</param>
/// <param name="Replaced">The object that was there; null = none.</param>
/// <param name="LinkId">Finds who asked for the link in the access journal; nobody, when it has no row of it.</param>
internal sealed record UploadRecord(
    Bucket Bucket, ObjectKey Key, ObjectInfo Written, string Digest, ObjectInfo? Replaced, Guid LinkId, DateTimeOffset IssuedAt,
    string RequestId)
{
    /// <summary>How far the clocks of this node and of the database may be apart, with the time that the row of the journal took.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <summary>The row is durable when it returns.</summary>
    /// <exception cref="CommitNotReplicatedException"/>
    public async Task Write(PostgresDatabase database, CancellationToken ct)
    {
        const string sql = """
            INSERT INTO media_uploads (id, bucket, resource_id, name_digest, size, content_digest, content_md5, replaced_md5, replaced_at,
              client_id, updated_by, request_id)
            SELECT gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, asked.client_id, asked.user_id, $9
              FROM (SELECT) AS upload
              LEFT JOIN LATERAL (
                SELECT client_id, user_id
                  FROM access_journal
                 WHERE inserted_at BETWEEN $11 - $12 AND $11 + $12 AND method_id = $13 AND $10 = ANY (object_ids)
                 ORDER BY inserted_at
                 LIMIT 1) asked ON true
            """;
        await database.Write(sql, ct, Bucket.Logical, Key.Folder!.Value,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key.Name!.Text))), Written.Length, Digest, Written.ETag,
            Replaced?.ETag, Replaced?.LastModified.UtcDateTime, RequestId, LinkId, IssuedAt.UtcDateTime, Skew,
            GenerateMediaStorageUrl.Card.Id);
    }
}
