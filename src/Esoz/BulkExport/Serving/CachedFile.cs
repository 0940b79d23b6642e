using Esoz.Platform.Compression;
using Microsoft.Win32.SafeHandles;

namespace Esoz.BulkExport.Serving;

/// <summary>Reference-counted handle to an unlinked local file, which is deleted when the last handle is disposed.</summary>
public sealed class CachedFile : IDisposable
{
    private readonly Holders _holders;
    private int _isDisposed;

    /// <param name="sha256">Digest of its bytes.</param>
    public CachedFile(FileStream file, long length, byte[] sha256)
        : this(new Holders(file), length, sha256)
    {
    }

    private CachedFile(Holders holders, long length, ReadOnlyMemory<byte> sha256) => (_holders, Length, Sha256) = (holders, length, sha256);

    public long Length { get; }

    public ReadOnlyMemory<byte> Sha256 { get; }

    /// <summary>Another handle; null when the last one has been disposed.</summary>
    public CachedFile? TryShare() => _holders.TryAdd() ? new(_holders, Length, Sha256) : null;

    /// <summary>Reads from the beginning; every reader has its own position.</summary>
    public Stream Read() => new SplicedStream(_holders.Handle, Length, []);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            _holders.Remove();
    }

    private sealed class Holders(FileStream file)
    {
        private readonly Lock _gate = new();
        private int _count = 1;

        public SafeFileHandle Handle { get; } = file.SafeFileHandle;

        public bool TryAdd()
        {
            lock (_gate)
                return _count > 0 && ++_count > 0;
        }

        public void Remove()
        {
            lock (_gate)
            {
                if (--_count == 0)
                    file.Dispose();
            }
        }
    }
}
