using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Esoz.Platform.Storage;

/// <summary>
/// Any S3-compatible store, path-style. Writes are atomic: a small object is uploaded in one request, a large one in parts that become an
/// object when the upload is completed.
/// </summary>
public sealed class S3Store : IObjectStore
{
    private static readonly TimeSpan MaxTransferTime = TimeSpan.FromHours(2);

    /// <summary>
    /// Smallest part, and the largest object that is uploaded in one request. It limits the data that is sent again after a broken
    /// connection.
    /// </summary>
    private const long PartLength = 64 * 1024 * 1024;

    /// <summary>Maximum number of parts in S3.</summary>
    private const int MaxParts = 10_000;

    private const int BufferLength = 256 * 1024;

    /// <summary>How long the store may take to begin an answer, and to send or take the next bytes, retries included.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Bytes a second that a working store takes at least: the slowest upload that is waited for.</summary>
    private const long SlowestUpload = 256 * 1024;

    private readonly AmazonS3Client _client;
    private readonly S3Faults _faults;
    private readonly TimeProvider _clock;

    public S3Store(S3Options options, TimeProvider clock)
    {
        _clock = clock;
        _faults = new S3Faults(options, Patience);
        AWSCredentials credentials = options.SessionToken.Length > 0
            ? new SessionAWSCredentials(options.AccessKeyId, options.SecretAccessKey, options.SessionToken)
            : new BasicAWSCredentials(options.AccessKeyId, options.SecretAccessKey);
        _client = new AmazonS3Client(credentials, new AmazonS3Config
        {
            ServiceURL = options.Endpoint,
            AuthenticationRegion = options.Region,
            ForcePathStyle = true,
            // A store that sends us elsewhere is wrongly configured, and data does not go where the settings do not name.
            AllowAutoRedirect = false,
            Timeout = MaxTransferTime,
            BufferSize = BufferLength,
            // The library's default checksums are an extension that most other stores reject.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
    }

    public Task<StoredObject?> Open(Bucket bucket, ObjectKey key, ByteRange? range, CancellationToken ct) =>
        OpenAt(bucket, key.Text, range, ct);

    private async Task<StoredObject?> OpenAt(Bucket bucket, string key, ByteRange? range, CancellationToken ct)
    {
        try
        {
            var answer = await Ask(token => _client.GetObjectAsync(new GetObjectRequest
            {
                BucketName = bucket.Physical,
                Key = key,
                ByteRange = range is { } part ? new Amazon.S3.Model.ByteRange(part.First, part.Last) : null,
            }, token), ct);
            var whole = range is null ? answer.ContentLength
                : long.Parse(answer.ContentRange[(answer.ContentRange.LastIndexOf('/') + 1)..]);
            return new(Info(whole, answer.ETag, answer.LastModified), new S3Content(answer.ResponseStream, Patience), answer.ContentLength);
        }
        catch (AmazonS3Exception fault) when (fault.ErrorCode == "NoSuchKey")
        {
            return null;
        }
    }

    public Task<ObjectInfo?> Find(Bucket bucket, ObjectKey key, CancellationToken ct) => FindAt(bucket, key.Text, ct);

    private async Task<ObjectInfo?> FindAt(Bucket bucket, string key, CancellationToken ct)
    {
        try
        {
            var answer = await Ask(token => _client.GetObjectMetadataAsync(bucket.Physical, key, token), ct);
            return Info(answer.ContentLength, answer.ETag, answer.LastModified);
        }
        catch (AmazonS3Exception fault) when (fault.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public async Task<ObjectInfo> Write(Bucket bucket, ObjectKey key, Stream content, CancellationToken ct)
    {
        await using var spooled = content.CanSeek ? null : await Spool(content, ct);
        var source = spooled ?? content;
        var length = source.Length - source.Position;
        try
        {
            var etag = length > PartLength ? await WriteParts(bucket, key, source, length, ct) : await WriteAtOnce(bucket, key, source, ct);
            return Info(length, etag, _clock.GetUtcNow().UtcDateTime);
        }
        catch (AmazonS3Exception fault) when (fault.StatusCode == HttpStatusCode.InsufficientStorage || fault.ErrorCode == "QuotaExceeded")
        {
            throw new StorageFullException(fault);
        }
    }

    [SuppressMessage("Security", "CA5351", Justification = "The check sum that S3 demands; it protects nothing.")]
    public async Task WriteLocked(Bucket bucket, ObjectKey key, byte[] content, Retention? retention, CancellationToken ct)
    {
        var upload = Upload(bucket, key, new MemoryStream(content));
        if (retention is not null)
        {
            upload.ObjectLockMode = retention.Mode switch
            {
                RetentionMode.Compliance => ObjectLockMode.Compliance,
                RetentionMode.Governance => ObjectLockMode.Governance,
            };
            upload.ObjectLockRetainUntilDate = retention.Until;
        }
        // Stores demand a checksum of what they must not lose.
        upload.MD5Digest = Convert.ToBase64String(MD5.HashData(content));
        await Ask(token => _client.PutObjectAsync(upload, token), ct, content.Length);
    }

    public async Task<bool> HasLock(Bucket bucket, CancellationToken ct)
    {
        try
        {
            var answer = await Ask(token => _client.GetObjectLockConfigurationAsync(
                new GetObjectLockConfigurationRequest { BucketName = bucket.Physical }, token), ct);
            return answer.ObjectLockConfiguration?.ObjectLockEnabled == ObjectLockEnabled.Enabled;
        }
        catch (AmazonS3Exception fault) when (fault.ErrorCode is "ObjectLockConfigurationNotFoundError" or "NotImplemented"
            or "MethodNotAllowed")
        {
            return false;
        }
    }

    public async Task Delete(Bucket bucket, ObjectKey key, CancellationToken ct) =>
        await Ask(token => _client.DeleteObjectAsync(bucket.Physical, key.Text, token), ct);

    public async IAsyncEnumerable<ListedObject> List(Bucket bucket, string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        var request = new ListObjectsV2Request { BucketName = bucket.Physical, Prefix = prefix };
        do
        {
            var page = await Ask(token => _client.ListObjectsV2Async(request, token), ct);
            foreach (var item in page.S3Objects ?? [])
            {
                if (ObjectKey.IsPlain(item.Key))
                    yield return new(ObjectKey.Plain(item.Key), item.Size ?? 0, Utc(item.LastModified));
            }
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);
    }

    public async IAsyncEnumerable<WalkedObject> Walk(Bucket bucket, string? after, [EnumeratorCancellation] CancellationToken ct)
    {
        var request = new ListObjectsV2Request { BucketName = bucket.Physical, StartAfter = after };
        do
        {
            var page = await Ask(token => _client.ListObjectsV2Async(request, token), ct);
            foreach (var item in page.S3Objects ?? [])
                yield return new(item.Key, item.Size ?? 0);
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (request.ContinuationToken is not null);
    }

    public async Task<ExaminedObject?> Examine(Bucket bucket, string key, bool readsContent, CancellationToken ct)
    {
        if (!readsContent)
            return await FindAt(bucket, key, ct) is { } found ? new(found.Length, found.LastModified, Sha256: null) : null;
        await using var stored = await OpenAt(bucket, key, range: null, ct);
        return stored is null ? null : new(stored.Info.Length, stored.Info.LastModified,
            Convert.ToHexStringLower(await SHA256.HashDataAsync(stored.Content, ct)));
    }

    public async Task<StoreFault?> Reach(Bucket bucket, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            var page = await _client.ListObjectsV2Async(
                new ListObjectsV2Request { BucketName = bucket.Physical, MaxKeys = 1 }, patience.Token);
            // The library parses any well-formed page as an empty listing.
            return page.Name == bucket.Physical ? null : _faults.NoStore;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && _faults.Of(failure, bucket) is not null)
        {
            return _faults.Of(failure, bucket);
        }
    }

    public async Task<(bool IsNew, StoreFault? Fault)> CreateBucket(Bucket bucket, bool hasLock, CancellationToken ct)
    {
        var state = await Reach(bucket, ct);
        if (state is not { IsAbsent: true })
            return (false, state);
        try
        {
            await _client.PutBucketAsync(
                new PutBucketRequest { BucketName = bucket.Physical, ObjectLockEnabledForBucket = hasLock ? true : null }, ct);
            return (true, null);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && _faults.Of(failure, bucket) is not null)
        {
            return (false, _faults.Of(failure, bucket));
        }
    }

    public async Task<StoreFault?> KeepVersions(Bucket bucket, CancellationToken ct)
    {
        try
        {
            await _client.PutBucketVersioningAsync(new PutBucketVersioningRequest
            {
                BucketName = bucket.Physical,
                VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled },
            }, ct);
            return null;
        }
        catch (AmazonS3Exception refused)
        {
            return new($"the bucket '{bucket.Physical}' keeps no former versions of its objects: {refused.ErrorCode}",
                "turn on the versioning of this bucket with the store's own tools; without it an upload replaces a file for good");
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && _faults.Of(failure, bucket) is not null)
        {
            return _faults.Of(failure, bucket);
        }
    }

    public async Task<StoreFault?> FindVersions(Bucket bucket, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            var answer = await _client.GetBucketVersioningAsync(
                new GetBucketVersioningRequest { BucketName = bucket.Physical }, patience.Token);
            return answer.VersioningConfig?.Status == VersionStatus.Enabled ? null
                : new("keeps no former versions of its objects", "turn on its versioning: esoz storage create-buckets, or the store's own tools");
        }
        catch (AmazonS3Exception refused)
        {
            return new($"the store does not say whether it keeps former versions: {refused.ErrorCode}",
                "let the access key read the versioning of the bucket, and see that it is on");
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && _faults.Of(failure, bucket) is not null)
        {
            return _faults.Of(failure, bucket);
        }
    }

    /// <summary>
    /// Removes multipart uploads that were neither completed nor aborted because their process was killed. The store keeps their data and
    /// charges for it.
    /// </summary>
    public async Task<int> RemoveUnfinished(Bucket bucket, DateTimeOffset before, CancellationToken ct)
    {
        var removed = 0;
        var request = new ListMultipartUploadsRequest { BucketName = bucket.Physical };
        ListMultipartUploadsResponse page;
        do
        {
            page = await Ask(token => _client.ListMultipartUploadsAsync(request, token), ct);
            foreach (var upload in (page.MultipartUploads ?? []).Where(upload => Utc(upload.Initiated) < before))
            {
                await Ask(token => _client.AbortMultipartUploadAsync(bucket.Physical, upload.Key, upload.UploadId, token), ct);
                removed++;
            }
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
        while (page.IsTruncated == true);
        return removed;
    }

    public void Dispose() => _client.Dispose();

    /// <summary>One request to the store, which must begin to answer in time.</summary>
    /// <param name="sends">Bytes of its body.</param>
    /// <exception cref="StoreUnavailableException">The store is away, frozen or overloaded.</exception>
    private static async Task<T> Ask<T>(Func<CancellationToken, Task<T>> request, CancellationToken ct, long sends = 0)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience + TimeSpan.FromSeconds(sends / SlowestUpload));
        try
        {
            return await request(patience.Token);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && S3Faults.MayPass(failure))
        {
            throw new StoreUnavailableException(failure);
        }
    }

    private async Task<string?> WriteAtOnce(Bucket bucket, ObjectKey key, Stream source, CancellationToken ct) =>
        (await Ask(token => _client.PutObjectAsync(Upload(bucket, key, source), token), ct, source.Length - source.Position)).ETag;

    private static PutObjectRequest Upload(Bucket bucket, ObjectKey key, Stream source) => new()
    {
        BucketName = bucket.Physical,
        Key = key.Text,
        InputStream = source,
        ContentType = "application/octet-stream",
        AutoCloseStream = false,
        AutoResetStreamPosition = false,
        UseChunkEncoding = false,
    };

    private async Task<string?> WriteParts(Bucket bucket, ObjectKey key, Stream source, long length, CancellationToken ct)
    {
        var upload = await Ask(token => _client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest
            {
                BucketName = bucket.Physical,
                Key = key.Text,
                ContentType = "application/octet-stream"
            }, token), ct);
        try
        {
            var parts = new List<PartETag>();
            var partLength = Math.Max(PartLength, (length / MaxParts) + 1);
            for (var sent = 0L; sent < length; sent += partLength)
            {
                var bytes = Math.Min(partLength, length - sent);
                var part = await Ask(token => _client.UploadPartAsync(new UploadPartRequest
                {
                    BucketName = bucket.Physical,
                    Key = key.Text,
                    UploadId = upload.UploadId,
                    PartNumber = parts.Count + 1,
                    PartSize = bytes,
                    InputStream = source,
                    UseChunkEncoding = false,
                }, token), ct, bytes);
                parts.Add(new(parts.Count + 1, part.ETag));
            }
            return (await Ask(token => _client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
            {
                BucketName = bucket.Physical,
                Key = key.Text,
                UploadId = upload.UploadId,
                PartETags = parts
            }, token), ct, length)).ETag;
        }
        catch
        {
            // If the abort fails, the sweep removes the upload later.
            await Ask(
                token => _client.AbortMultipartUploadAsync(bucket.Physical, key.Text, upload.UploadId, token), CancellationToken.None);
            throw;
        }
    }

    /// <summary>The signature needs the digest before the content is sent, so the content must be readable twice.</summary>
    private static async Task<FileStream> Spool(Stream content, CancellationToken ct)
    {
        var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await content.CopyToAsync(file, ct);
        file.Position = 0;
        return file;
    }

    private static ObjectInfo Info(long length, string? etag, DateTime? lastModified) =>
        new(length, etag?.Trim('"') ?? "", Utc(lastModified));

    private static DateTimeOffset Utc(DateTime? time) => time?.ToUniversalTime() ?? DateTimeOffset.UnixEpoch;
}
