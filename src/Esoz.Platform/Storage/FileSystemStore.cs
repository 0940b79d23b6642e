using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Esoz.Platform.Storage;

/// <summary>
/// The embedded object store (media-storage §6). Layout under the root:
/// <list type="bullet">
/// <item>plain keys are paths: <c>{bucket}/{key}</c>;</item>
/// <item>named keys: <c>{bucket}/{first 2 hex of folder}/{folder}/{SHA-256 hex of the name}</c> and a <see cref="SideFile"/> next to it. A
/// name chosen by a caller never becomes a file name;</item>
/// <item><see cref="ObjectLock"/>: <c>.locks/</c>; <see cref="FormerVersions"/>: <c>.versions/</c>.</item>
/// </list>
/// Several processes may share the root when its file system renames atomically.
/// </summary>
public sealed class FileSystemStore(string root, TimeProvider clock) : IObjectStore
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int MaxAttempts = 3;

    public async Task<StoredObject?> Open(Bucket bucket, ObjectKey key, ByteRange? range, CancellationToken ct)
    {
        var path = PathOf(bucket, key);
        for (var attempt = 1; ; attempt++)
        {
            if (OpenContent(path) is not { } content)
                return null;
            try
            {
                if (await Describe(path, key, content, mayRetry: attempt < MaxAttempts, ct) is { } info)
                {
                    var stored = new StoredObject(info, content, info.Length);
                    return range is { } part ? stored.Narrow(part) : stored;
                }
            }
            catch
            {
                await content.DisposeAsync();
                throw;
            }
            await content.DisposeAsync();
        }
    }

    public async Task<ObjectInfo?> Find(Bucket bucket, ObjectKey key, CancellationToken ct)
    {
        await using var stored = await Open(bucket, key, range: null, ct);
        return stored?.Info;
    }

    public async Task<ObjectInfo> Write(Bucket bucket, ObjectKey key, Stream content, CancellationToken ct)
    {
        try
        {
            var path = PathOf(bucket, key);
            await using var file = UnfinishedFile.Create(Path.GetDirectoryName(path)!);
            return key.Name is not null
                ? (await WriteNamed(file, path, bucket, key, content, mayWrite: null, record: null, ct))!
                : await WritePlain(file, path, content, ct);
        }
        catch (IOException fault) when (fault.HResult is NoSpace or QuotaExceeded)
        {
            throw new StorageFullException(fault);
        }
    }

    /// <summary>
    /// Writes a named object unless <paramref name="mayWrite"/> forbids it when the content is complete. Between its answer and the
    /// replacement no other upload of the object gets in, also from another process that shares the root. An object of other content that
    /// it replaces is kept (<see cref="FormerVersions"/>).
    /// </summary>
    /// <param name="mayWrite">Gets the ETag of the new content and the metadata of the object that is there; null = none.</param>
    /// <param name="record">Gets the metadata of both when the new content is complete and durable, right before it can be read. If it
    /// throws, nothing is changed.</param>
    /// <returns>Null when it was forbidden; nothing is changed then.</returns>
    /// <exception cref="StorageFullException">The new content is removed; an existing object is unchanged.</exception>
    public async Task<ObjectInfo?> WriteIf(
        Bucket bucket, ObjectKey key, Stream content, Func<string, ObjectInfo?, bool> mayWrite,
        Func<ObjectInfo, ObjectInfo?, CancellationToken, Task> record, CancellationToken ct)
    {
        try
        {
            var path = PathOf(bucket, key);
            await using var file = UnfinishedFile.Create(Path.GetDirectoryName(path)!);
            return await WriteNamed(file, path, bucket, key, content, mayWrite, record, ct);
        }
        catch (IOException fault) when (fault.HResult is NoSpace or QuotaExceeded)
        {
            throw new StorageFullException(fault);
        }
    }

    /// <summary>Not synced: if a power failure restores the file, the caller's cleanup deletes it again.</summary>
    public Task Delete(Bucket bucket, ObjectKey key, CancellationToken ct)
    {
        var path = PathOf(bucket, key);
        if (VersionAt(path) is not { } version)
            return Task.CompletedTask;
        try
        {
            File.Delete(path);
            if (key.Name is not null)
                File.Delete(SideFile.PathOf(path, version));
        }
        catch (DirectoryNotFoundException)
        {
            // Another process has deleted the directory's last object in the meantime.
            return Task.CompletedTask;
        }
        RemoveEmpty(Path.GetDirectoryName(path)!, Path.Combine(root, bucket.Physical));
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<ListedObject> List(Bucket bucket, string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.Yield();
        var home = Path.Combine(root, bucket.Physical);
        var start = Path.Combine(home, prefix[..(prefix.LastIndexOf('/') + 1)]);
        if (!Directory.Exists(start))
            yield break;
        var found = new DirectoryInfo(start).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => (Key: Path.GetRelativePath(home, file.FullName), File: file))
            .Where(it => it.Key.StartsWith(prefix, StringComparison.Ordinal) && ObjectKey.IsPlain(it.Key))
            .OrderBy(it => it.Key, StringComparer.Ordinal);
        foreach (var (key, file) in found)
        {
            ct.ThrowIfCancellationRequested();
            if (file.Exists)
                yield return new(ObjectKey.Plain(key), file.Length, file.LastWriteTimeUtc);
        }
    }

    public async IAsyncEnumerable<WalkedObject> Walk(Bucket bucket, string? after, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.Yield();
        foreach (var (key, file) in new OrderedWalk(Path.Combine(root, bucket.Physical), after).Files())
        {
            ct.ThrowIfCancellationRequested();
            if (file.Exists)
                yield return new(key, file.Length);
        }
    }

    public async Task<ExaminedObject?> Examine(Bucket bucket, string key, bool readsContent, CancellationToken ct)
    {
        var path = Path.Combine(root, bucket.Physical, key);
        if (key.Split('/') is [var folder, { Length: SHA256.HashSizeInBytes * 2 } name] && Guid.TryParseExact(folder, "D", out var id))
        {
            path = Path.Combine(root, bucket.Physical, folder[..2], folder, name);
            await (await ObjectLock.Take(root, bucket, id, ct)).DisposeAsync();
        }
        await using var content = OpenContent(path);
        return content is null ? null : new(content.Length, File.GetLastWriteTimeUtc(content.SafeFileHandle),
            readsContent ? Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct)) : null);
    }

    /// <summary>Creates the bucket's directory and a file in it. A full disk is not a fault, because reading still works.</summary>
    public async Task<StoreFault?> Reach(Bucket bucket, CancellationToken ct)
    {
        var home = Path.Combine(root, bucket.Physical);
        try
        {
            await using var file = UnfinishedFile.Create(home);
            return null;
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            return failure.HResult is NoSpace or QuotaExceeded ? null
                : new($"{home} cannot be written: {failure.Message}",
                    "give this user write permission, or set MEDIA_STORAGE_ROOT to another directory");
        }
    }

    public async Task<(bool IsNew, StoreFault? Fault)> CreateBucket(Bucket bucket, bool hasLock, CancellationToken ct)
    {
        var isNew = !Directory.Exists(Path.Combine(root, bucket.Physical));
        return await Reach(bucket, ct) is { } fault ? (false, fault) : (isNew, null);
    }

    public Task WriteLocked(Bucket bucket, ObjectKey key, byte[] content, Retention? retention, CancellationToken ct) =>
        throw new NotSupportedException("The embedded store locks no objects.");

    /// <summary>Never: whoever may write to the directory may remove from it.</summary>
    public Task<bool> HasLock(Bucket bucket, CancellationToken ct) => Task.FromResult(false);

    /// <summary>Always: see <see cref="FormerVersions"/>.</summary>
    public Task<StoreFault?> KeepVersions(Bucket bucket, CancellationToken ct) => Task.FromResult<StoreFault?>(null);

    /// <summary>Always: see <see cref="FormerVersions"/>.</summary>
    public Task<StoreFault?> FindVersions(Bucket bucket, CancellationToken ct) => Task.FromResult<StoreFault?>(null);

    /// <summary>Removes unfinished files, and side files whose content has been replaced.</summary>
    public Task<int> RemoveUnfinished(Bucket bucket, DateTimeOffset before, CancellationToken ct) => Task.Run(() =>
    {
        var home = new DirectoryInfo(Path.Combine(root, bucket.Physical));
        var removed = 0;
        foreach (var file in home.Exists ? home.EnumerateFiles("*", SearchOption.AllDirectories) : [])
        {
            ct.ThrowIfCancellationRequested();
            if (!IsLeftover(file) || file.LastWriteTimeUtc >= before.UtcDateTime)
                continue;
            file.Delete();
            RemoveEmpty(file.DirectoryName!, home.FullName);
            removed++;
        }
        return removed;
    }, ct);

    /// <summary>Nothing is held between calls.</summary>
    public void Dispose()
    {
    }

    private string PathOf(Bucket bucket, ObjectKey key)
    {
        var home = Path.Combine(root, bucket.Physical);
        if (key.Name is null)
            return Path.Combine(home, key.Text);
        var folder = key.Folder.ToString()!;
        return Path.Combine(home, folder[..2], folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Name.Text))));
    }

    private async Task<ObjectInfo> WritePlain(UnfinishedFile file, string path, Stream content, CancellationToken ct)
    {
        var length = await file.Fill(content, digest: null, ct);
        var version = file.Stamp(Now);
        file.Publish(path);
        return new(length, OpaqueTag(length, version), version);
    }

    /// <summary>
    /// The side file of the new version is complete before the content is replaced, and the old one is deleted only afterwards. A crash in
    /// between leaves an extra side file, never a missing one.
    /// </summary>
    private async Task<ObjectInfo?> WriteNamed(UnfinishedFile file, string path, Bucket bucket, ObjectKey key, Stream content,
        Func<string, ObjectInfo?, bool>? mayWrite, Func<ObjectInfo, ObjectInfo?, CancellationToken, Task>? record, CancellationToken ct)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var length = await file.Fill(content, md5, ct);
        var tag = Convert.ToHexStringLower(md5.GetHashAndReset());
        file.Flush();
        await using var turn = await ObjectLock.Take(root, bucket, key.Folder!.Value, ct);
        ObjectInfo? current = null;
        if (mayWrite is not null)
        {
            current = await Current(path, key.Name!, ct);
            if (!mayWrite(tag, current))
                return null;
            if (current is not null && !(current.ETag == tag && await file.HasContentOf(path, ct)))
                FormerVersions.Keep(root, bucket, key.Folder.Value, path, current.LastModified.UtcDateTime);
        }
        var side = ClaimVersion(file, path, new SideFile(key.Name!.Text, length, tag, Now));
        var written = new ObjectInfo(length, side.Md5, side.UploadedAt);
        try
        {
            if (record is not null)
                await record(written, current, ct);
            var replaced = VersionAt(path);
            file.Publish(path);
            if (replaced is { } old)
                File.Delete(SideFile.PathOf(path, old));
            return written;
        }
        catch when (VersionAt(path) != side.UploadedAt)
        {
            File.Delete(SideFile.PathOf(path, side.UploadedAt));
            throw;
        }
    }

    /// <summary>Metadata of the object at the path; null when there is none. Only the holder of its lock changes it.</summary>
    private static async Task<ObjectInfo?> Current(string path, ObjectName name, CancellationToken ct)
    {
        await using var content = OpenContent(path);
        if (content is null)
            return null;
        var version = File.GetLastWriteTimeUtc(content.SafeFileHandle);
        var side = await SideFile.Read(path, version, content.Length, ct) ?? await SideFile.Of(name, content, version, ct);
        return new(content.Length, side.Md5, version);
    }

    /// <summary>
    /// Uploads of one name can get equal timestamps, especially on a file system with whole seconds; each then takes a later time.
    /// </summary>
    private static SideFile ClaimVersion(UnfinishedFile file, string path, SideFile side)
    {
        for (var step = 1L; ; step *= 2)
        {
            side = side with { UploadedAt = file.Stamp(side.UploadedAt) };
            if (side.TryCreate(path))
                return side;
            side = side with { UploadedAt = side.UploadedAt.AddTicks(step) };
        }
    }

    /// <summary>Null when the content was replaced after it was opened and its side file is gone: the caller must retry.</summary>
    private static async Task<ObjectInfo?> Describe(string path, ObjectKey key, FileStream content, bool mayRetry, CancellationToken ct)
    {
        var version = File.GetLastWriteTimeUtc(content.SafeFileHandle);
        if (key.Name is not { } name)
            return new(content.Length, OpaqueTag(content.Length, version), version);
        if (await SideFile.Read(path, version, content.Length, ct) is { } side)
            return new(content.Length, side.Md5, version);
        var isCurrent = VersionAt(path) == version;
        if (!isCurrent && mayRetry)
            return null;
        var restored = await SideFile.Of(name, content, version, ct);
        if (isCurrent)
            await restored.Replace(path, ct);
        return new(content.Length, restored.Md5, version);
    }

    private static string OpaqueTag(long length, DateTime version) => $"{version.Ticks:x}-{length:x}";

    private static FileStream? OpenContent(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.ReadWrite | FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                BufferSize = 0,
            });
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static DateTime? VersionAt(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.LastWriteTimeUtc : null;
    }

    private static bool IsLeftover(FileInfo file) =>
        file.Name.StartsWith(UnfinishedFile.Prefix, StringComparison.Ordinal)
        || (SideFile.OwnerOf(file.FullName) is { } owner && File.GetLastWriteTimeUtc(owner.ContentPath) != owner.Version);

    private static void RemoveEmpty(string directory, string home)
    {
        try
        {
            for (; directory.Length > home.Length
                && !Directory.EnumerateFileSystemEntries(directory).Any(); directory = Path.GetDirectoryName(directory)!)
                Directory.Delete(directory);
        }
        catch (IOException)
        {
            // Another process has just added a file, or removed the directory itself: either way nothing remains to be done.
        }
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;
}
