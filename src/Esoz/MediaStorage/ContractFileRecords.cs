using System.Security.Cryptography;
using System.Text;
using Esoz.Platform.Health;
using Esoz.Platform.Reconciling;
using Esoz.Platform.Storage;

namespace Esoz.MediaStorage;

/// <summary>
/// The files that contracts name, and those whose uploads are on record. To the embedded store every upload is recorded before it can be
/// read. Uploads through the links of an S3 store go past this program: there an object without a record is in order, and a record of an
/// upload in the console holds until somebody uses a link.
/// </summary>
/// <param name="isEmbedded">Whether keys have digests in place of names.</param>
public sealed class ContractFileRecords(PostgresDatabase database, Bucket bucket, bool isEmbedded) : BucketRecords(bucket)
{
    private const string FolderOf = """lower(split_part(signed_content_location, '/', 2)) COLLATE "C" """;

    private const string UploadsSql = """
        SELECT DISTINCT ON (resource_id, name_digest) resource_id, name_digest, size, content_digest, inserted_at
          FROM media_uploads
         WHERE bucket = $1 AND resource_id = ANY ($2)
         ORDER BY resource_id, name_digest, inserted_at DESC, id
        """;

    public override string? AdviceOnUnknown => isEmbedded
        ? "no upload of it is on record: the database was restored to an earlier moment, or it was put there by hand" : null;

    public override async Task<RecordPage> Page(string? after, int limit, CancellationToken ct)
    {
        var folders = await database.Command($"""
            SELECT folder FROM (
              (SELECT DISTINCT resource_id AS folder FROM media_uploads
                WHERE bucket = $1 AND resource_id > $2 ORDER BY resource_id LIMIT $3)
              UNION
              (SELECT DISTINCT ({FolderOf})::uuid FROM contracts
                WHERE signed_content_location LIKE replace($1, '_', '\_') || '/%'
                  AND {FolderOf} > $2::text AND {FolderOf} ~ '^[0-9a-f]{"{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"}$'
                ORDER BY 1 LIMIT $3)
            ) folders ORDER BY folder LIMIT $3
            """, Bucket.Logical, after is null ? Guid.Empty : Guid.Parse(after), limit).ReadAll(row => row.GetGuid(0), ct);
        return new(await RecordsOf([.. folders], ct), folders.Count < limit ? null : folders[^1].ToString());
    }

    public override async Task<ObjectRecord?> Read(string key, CancellationToken ct) =>
        !Guid.TryParseExact(key.Split('/')[0], "D", out var folder) ? null
            : (await RecordsOf([folder], ct)).FirstOrDefault(record => record.Key == key);

    public override Task<DateTime?> FindFormer(string key, string sha256, CancellationToken ct) => database.Command("""
        SELECT max(inserted_at) FROM media_uploads
         WHERE bucket = $1 AND resource_id = $2::uuid AND name_digest = $3 AND content_digest = $4
        """, Bucket.Logical, key.Split('/')[0], isEmbedded ? key.Split('/', 2)[1] : DigestOf(key.Split('/', 2)[1]), sha256)
        .ReadValue<DateTime?>(ct);

    /// <summary>Every file of the folders, once.</summary>
    private async Task<IReadOnlyList<ObjectRecord>> RecordsOf(Guid[] folders, CancellationToken ct)
    {
        var uploads = (await database.Command(UploadsSql, Bucket.Logical, folders).ReadAll(row => new Upload(
            row.GetGuid(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetDateTime(4)), ct))
            .ToDictionary(upload => (upload.Folder, upload.NameDigest));
        var records = new Dictionary<(Guid, string), ObjectRecord>();
        foreach (var (folder, name) in await NamedByContracts(folders, ct))
        {
            var digest = DigestOf(name);
            var key = $"{folder}/{(isEmbedded ? digest : name)}";
            var upload = uploads.GetValueOrDefault((folder, digest));
            // A contract may name a file before it is sent (spec/quirks.md, Q58); that shows where every upload is on record.
            records[(folder, digest)] = isEmbedded && upload is null
                ? new(key, "the file of a contract, of which no upload is on record", Severity.Warning,
                    "it was named and never sent, or before uploads were recorded: ask for it")
                : Recorded(new(key, "the file of a contract", Severity.Broken,
                    "send the file again, or restore it from a backup of the store"), upload);
        }
        // Of an upload of the console to an S3 store that no contract names any more nobody knows the name.
        foreach (var upload in uploads.Values.Where(_ => isEmbedded))
        {
            records.TryAdd((upload.Folder, upload.NameDigest), Recorded(new($"{upload.Folder}/{upload.NameDigest}",
                $"the file of the upload of {upload.At:yyyy-MM-dd HH:mm:ss}Z", Severity.Warning,
                "the upload has failed in its last step, or the file is lost: ask for it again, or restore it from a backup of the store"),
                upload));
        }
        return [.. records.Values];
    }

    private ObjectRecord Recorded(ObjectRecord record, Upload? upload) => upload is null ? record
        : record with { Length = upload.Size, Sha256 = upload.Digest, HoldsUntil = isEmbedded ? null : upload.At };

    private async Task<IEnumerable<(Guid Folder, string Name)>> NamedByContracts(Guid[] folders, CancellationToken ct)
    {
        var locations = await database.Command(
            $"SELECT signed_content_location FROM contracts WHERE {FolderOf} = ANY ($1)", (object)folders.Select(it => it.ToString()).ToArray())
            .ReadAll(row => row.GetString(0), ct);
        return locations.Select(location => ContractFiles.Locate(Bucket, location)).OfType<(Guid Folder, ObjectName Name)>()
            .Select(it => (it.Folder, it.Name.Text));
    }

    private static string DigestOf(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private sealed record Upload(Guid Folder, string NameDigest, long Size, string Digest, DateTime At);
}
