using System.IO.Compression;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Compression;
using Esoz.Platform.Storage;

namespace Esoz.BulkExport.Serving;

/// <summary>
/// Local cache of windows in the forms that the store does not have (<see cref="SnapshotForm"/>). A file is created on first request, once
/// for all concurrent requests. It is evicted when a newer snapshot of its resource is requested or, least recently used first, when the
/// cache exceeds its capacity. Files are unlinked, so nothing remains when the process ends.
/// </summary>
/// <param name="directory">On a local disk.</param>
/// <param name="capacity">Total bytes of the files; a single file may exceed it.</param>
public sealed class SnapshotCache(SnapshotFiles files, string directory, long capacity) : IDisposable
{
    private const int PieceLength = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<(Guid Generation, string File, SnapshotForm Form), Slot> _slots = [];
    private long _uses;

    /// <summary>The window in one of the forms. It stays readable until it is disposed, even if the cache evicts it.</summary>
    public async Task<CachedFile> Open(Snapshot snapshot, SnapshotWindow window, SnapshotForm form, CancellationToken ct)
    {
        while (true)
        {
            var slot = Find(snapshot, window, form);
            CachedFile file;
            try
            {
                file = await slot.File.Value.WaitAsync(ct);
            }
            catch (Exception) when (slot.File.Value.IsFaulted)
            {
                Forget(slot);
                throw;
            }
            MakeRoom(slot);
            if (file.TryShare() is { } shared)
                return shared;
            // It was evicted between being found and being opened.
            Forget(slot);
        }
    }

    public void Dispose()
    {
        foreach (var slot in _slots.Values)
            slot.Discard();
    }

    private Slot Find(Snapshot snapshot, SnapshotWindow window, SnapshotForm form)
    {
        lock (_gate)
        {
            var key = (snapshot.Generation, window.File, form);
            if (!_slots.TryGetValue(key, out var slot))
            {
                // Shared by all requests, so cancelling the first one must not stop it.
                slot = new(snapshot, new(() => Task.Run(() => Make(snapshot, window, form))));
                _slots.Add(key, slot);
            }
            slot.LastUse = ++_uses;
            return slot;
        }
    }

    private void Forget(Slot slot)
    {
        lock (_gate)
        {
            foreach (var (key, _) in _slots.Where(it => it.Value == slot).ToList())
                _slots.Remove(key);
        }
    }

    /// <summary>Evicts files of snapshots older than that of an open slot, and files that exceed the capacity.</summary>
    private void MakeRoom(Slot open)
    {
        lock (_gate)
        {
            foreach (var (key, slot) in _slots.Where(it => it.Value.IsDone && it.Value != open).OrderBy(it => it.Value.LastUse).ToList())
            {
                var isOutdated = slot.Snapshot.Resource == open.Snapshot.Resource && slot.Snapshot.At < open.Snapshot.At;
                if (!isOutdated && _slots.Values.Where(it => it.IsDone).Sum(it => it.File.Value.Result.Length) <= capacity)
                    continue;
                _slots.Remove(key);
                slot.Discard();
            }
        }
    }

    private async Task<CachedFile> Make(Snapshot snapshot, SnapshotWindow window, SnapshotForm form)
    {
        await using var stored = await files.Open(snapshot, window, range: null, CancellationToken.None);
        return await Task.Factory.StartNew(
            () => Make(stored.Content, window, form), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private CachedFile Make(Stream stored, SnapshotWindow window, SnapshotForm form)
    {
        using var array = new GZipStream(stored, CompressionMode.Decompress);
        var file = UnnamedFile.Create(directory);
        try
        {
            using var digested = new DigestedStream(file);
            Write(array, digested, form);
            file.Flush();
            var sha256 = digested.Digest.GetHashAndReset();
            var stated = form switch
            {
                SnapshotForm.Array => window.PlainSha256,
                SnapshotForm.Lines => window.LinesSha256,
                SnapshotForm.CompressedLines => null,
            };
            if (stated is not null && Convert.ToHexStringLower(sha256) != stated)
                throw new InvalidDataException(
                    $"{window.File} in the store is not what was uploaded: its SHA-256 as {form} is {Convert.ToHexStringLower(sha256)}.");
            return new(file, digested.Written, sha256);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Write(Stream array, Stream target, SnapshotForm form)
    {
        switch (form)
        {
            case SnapshotForm.Array:
                array.CopyTo(target, PieceLength);
                break;
            case SnapshotForm.Lines:
                Ndjson.Write(array, target);
                break;
            case SnapshotForm.CompressedLines:
                using (var compressed = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
                {
                    // Of nothing the stream would make no bytes at all instead of a member without content.
                    if (!Ndjson.Write(array, compressed))
                        target.Write(GzipMember.Empty);
                }
                break;
        }
    }

    private sealed class Slot(Snapshot snapshot, Lazy<Task<CachedFile>> file)
    {
        public Snapshot Snapshot => snapshot;

        public Lazy<Task<CachedFile>> File => file;

        public long LastUse { get; set; }

        public bool IsDone => file.IsValueCreated && file.Value.IsCompletedSuccessfully;

        public void Discard()
        {
            if (IsDone)
                file.Value.Result.Dispose();
        }
    }
}

/// <summary>Forms of a window other than the stored one, which is the compressed JSON array.</summary>
public enum SnapshotForm
{
    /// <summary>The uncompressed JSON array.</summary>
    Array,
    /// <summary>One record per line.</summary>
    Lines,
    /// <summary>One record per line, compressed.</summary>
    CompressedLines,
}
