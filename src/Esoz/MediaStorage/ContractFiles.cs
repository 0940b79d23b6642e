using System.Security.Cryptography;
using System.Text;
using Esoz.Platform.Storage;

namespace Esoz.MediaStorage;

/// <summary>
/// Signed files of contracts, in the bucket that media links lead to: what an operator puts there, clients get through a link. A contract
/// names its file in <c>signed_content_location</c> (data-model §3.1).
/// </summary>
/// <param name="embedded">The embedded store; null = another one.</param>
/// <param name="maxBytes">Of one file.</param>
public sealed class ContractFiles(
    IObjectStore store, FileSystemStore? embedded, Bucket bucket, PostgresDatabase database, long maxBytes, FileTypes types)
{
    /// <summary>
    /// The contract names the file, and the upload is on record, in one statement: with the embedded store right before the content can be
    /// read, with another one right after it can.
    /// </summary>
    private const string RecordSql = """
        WITH upload AS (
          INSERT INTO media_uploads (id, bucket, resource_id, name_digest, size, content_digest, content_md5, replaced_md5, replaced_at,
            updated_by, request_id)
          SELECT gen_random_uuid(), $3, $1, $4, $5, $6, $7, $8, $9, $10, $11
        )
        UPDATE contracts SET signed_content_location = $2, updated_at = now(), updated_by = $10 WHERE id = $1
        """;

    public long MaxBytes => maxBytes;

    /// <summary>Where the file of a contract is; null when its location is not one of the bucket.</summary>
    /// <param name="location"><c>bucket/resource_id/resource_name</c></param>
    public (Guid Folder, ObjectName Name)? Locate(string? location) => Locate(bucket, location);

    /// <inheritdoc cref="Locate(string?)"/>
    internal static (Guid Folder, ObjectName Name)? Locate(Bucket bucket, string? location) =>
        location?.Split('/', 3) is [var home, var folder, var name] && home == bucket.Logical && Guid.TryParse(folder, out var id)
            && ObjectName.Canonicalise(name, out _) is { } canonical ? (id, canonical) : null;

    /// <summary>Null when there is no such file in the store.</summary>
    public Task<ObjectInfo?> Find(Guid folder, ObjectName name, CancellationToken ct) =>
        store.Find(bucket, ObjectKey.Named(folder, name), ct);

    /// <summary>
    /// Stores the file under the id of the contract and makes it the contract's own. A file of the same name is kept as a former version.
    /// </summary>
    /// <param name="by">Whose changes the audit log ascribes to the user (<see cref="PostgresDatabase.By"/>).</param>
    /// <exception cref="BadHttpRequestException">Status 413: it is too large.</exception>
    /// <exception cref="WrongFileTypeException"/>
    /// <exception cref="StorageFullException"/>
    public async Task Put(
        Guid contract, ObjectName name, Stream content, Guid user, PostgresDatabase by, string requestId, CancellationToken ct)
    {
        var key = ObjectKey.Named(contract, name);
        await using var body = new BoundedBody(content, maxBytes, types.BeginningsOf(name) ?? throw new WrongFileTypeException());
        if (embedded is null)
        {
            await Record(await store.Write(bucket, key, body, ct), replaced: null, ct);
        }
        else
        {
            await TracedStore.Traced("write", bucket, () => embedded.WriteIf(bucket, key, body, (_, _) => true, Record, ct));
        }

        Task Record(ObjectInfo written, ObjectInfo? replaced, CancellationToken ct) => by.Write(RecordSql, ct, contract,
            $"{bucket.Logical}/{contract}/{name.Text}", bucket.Logical, DigestOf(name), written.Length, body.Digest, Md5Of(written),
            replaced?.ETag, replaced?.LastModified.UtcDateTime, user, requestId);
    }

    /// <summary>Null where the store gives another ETag.</summary>
    private static string? Md5Of(ObjectInfo written) =>
        written.ETag.Length == MD5.HashSizeInBytes * 2 && written.ETag.All(char.IsAsciiHexDigitLower) ? written.ETag : null;

    /// <summary>Uploads of a file, the newest first, as far as they went through this program.</summary>
    public Task<IReadOnlyList<FileVersion>> Versions(Guid folder, ObjectName name, CancellationToken ct) => database.Command("""
        SELECT inserted_at, size, content_digest, updated_by
          FROM media_uploads
         WHERE resource_id = $1 AND name_digest = $2 AND bucket = $3
         ORDER BY inserted_at DESC
         LIMIT 50
        """, folder, DigestOf(name), bucket.Logical)
        .ReadAll(row =>
            new FileVersion(row.GetDateTime(0), row.GetInt64(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetGuid(3)), ct);

    private static string DigestOf(ObjectName name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name.Text)));
}

/// <summary>One upload of a file.</summary>
/// <param name="Digest">SHA-256 of the content, lower-case hexadecimal.</param>
/// <param name="UserId">Who uploaded it, or asked for the link; null when that is not known.</param>
public sealed record FileVersion(DateTime At, long Size, string Digest, Guid? UserId);
