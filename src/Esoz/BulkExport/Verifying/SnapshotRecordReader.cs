using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Compression;

namespace Esoz.BulkExport.Verifying;

/// <summary>
/// Reads the records of a stored file one by one, in memory that does not depend on their number. The two bytes of
/// <see cref="SnapshotWindow.Separator"/> occur only between two records, so a line is a record; each must be a JSON object that has the
/// key.
/// </summary>
/// <param name="key">The member that identifies a record; null = every record is known by all of its bytes.</param>
internal sealed class SnapshotRecordReader(GzipMemberReader file, string? key) : IDisposable
{
    private const int MinBufferLength = 256 * 1024;

    /// <summary>PostgreSQL rows cannot be longer.</summary>
    private const int MaxRecordLength = 1 << 30;

    private readonly IncrementalHash _plain = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _lines = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[]? _name = key is null ? null : Encoding.UTF8.GetBytes(key);
    private Range _key;
    private byte[] _buffer = new byte[MinBufferLength];
    private int _filled;
    private int _next;
    private Range _record;
    private bool _wasLast;

    /// <summary>Records read so far.</summary>
    public int Rows { get; private set; }

    /// <summary>Bytes of the array up to the end of the record.</summary>
    public long Position { get; private set; }

    /// <summary>The record; valid until the next one is read.</summary>
    private ReadOnlySpan<byte> Record => _buffer.AsSpan(_record);

    /// <summary>Digest of the record's bytes.</summary>
    public Digest128 RecordDigest => Digest128.Of(Record);

    /// <summary>Digest of the key's value as written in the record.</summary>
    public Digest128 KeyDigest => Digest128.Of(Record[_key]);

    /// <summary>Human-readable key: the id of a row.</summary>
    public string KeyText => _name is null ? $"row {Rows}" : Encoding.UTF8.GetString(Record[_key]).Trim('"');

    /// <summary>SHA-256 (hexadecimal) of the array if it ended after the record.</summary>
    public string PlainSha256
    {
        get
        {
            using var digest = _plain.Clone();
            digest.AppendData("]"u8);
            return Convert.ToHexStringLower(digest.GetHashAndReset());
        }
    }

    /// <summary>SHA-256 (hexadecimal) of the records so far as NDJSON.</summary>
    public string LinesSha256
    {
        get
        {
            using var digest = _lines.Clone();
            return Convert.ToHexStringLower(digest.GetHashAndReset());
        }
    }

    /// <summary>Moves to the position before the first record.</summary>
    /// <exception cref="InvalidDataException">The file is not one gzip member, or its content is not an array.</exception>
    public async Task Begin(CancellationToken ct)
    {
        if (!await Fill(ct) || _buffer[0] != '[')
            throw new InvalidDataException("it does not start as a JSON array");
        Digest(_buffer.AsSpan(0, 1));
        _next = 1;
    }

    /// <summary>Moves to the next record, if there is one.</summary>
    /// <exception cref="InvalidDataException">The file is not one gzip member, or its content is not an array of records, one per
    /// line.</exception>
    public async ValueTask<bool> Next(CancellationToken ct)
    {
        if (_wasLast)
            return false;
        int length, scanned = 0;
        while ((length = _buffer.AsSpan(_next + scanned, _filled - _next - scanned).IndexOf((byte)'\n')) < 0)
        {
            scanned = _filled - _next;
            if (!await Fill(ct))
                break;
        }
        _wasLast = length < 0;
        return Accept(_wasLast ? _filled : _next + scanned + length);
    }

    /// <param name="lineEnd">Position of the line break or of the end of the array.</param>
    private bool Accept(int lineEnd)
    {
        if (lineEnd == _next || _buffer[lineEnd - 1] != (_wasLast ? ']' : ','))
            throw new InvalidDataException(_wasLast ? "it does not end as a JSON array" : $"row {Rows + 1} contains a line break");
        _record = _next..(lineEnd - 1);
        if (_wasLast && Rows == 0 && Record.IsEmpty)
            return false;
        if (Rows++ > 0)
            Digest(SnapshotWindow.Separator);
        Digest(Record);
        _lines.AppendData(Record);
        _lines.AppendData("\n"u8);
        if (!FindKey())
            throw new InvalidDataException($"row {Rows} is not a JSON object with {key ?? "members"}");
        _next = lineEnd + 1;
        return true;
    }

    /// <summary>Always parses the whole record, in any order of members.</summary>
    private bool FindKey()
    {
        var found = 0;
        _key = ..Record.Length;
        try
        {
            var json = new Utf8JsonReader(Record);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return false;
            while (json.Read())
            {
                if (json.CurrentDepth != 1 || json.TokenType != JsonTokenType.PropertyName || _name is null || !json.ValueTextEquals(_name))
                    continue;
                json.Read();
                if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
                    return false;
                _key = (int)json.TokenStartIndex..(int)json.BytesConsumed;
                found++;
            }
        }
        catch (JsonException)
        {
            return false;
        }
        return found == (_name is null ? 0 : 1);
    }

    private void Digest(ReadOnlySpan<byte> bytes)
    {
        _plain.AppendData(bytes);
        Position += bytes.Length;
    }

    /// <summary>Reads more bytes after the unconsumed ones.</summary>
    private async ValueTask<bool> Fill(CancellationToken ct)
    {
        _buffer.AsSpan(_next.._filled).CopyTo(_buffer);
        (_filled, _next) = (_filled - _next, 0);
        if (_filled >= MaxRecordLength)
            throw new InvalidDataException($"row {Rows + 1} exceeds the maximum length of a row");
        if (_filled == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await file.Read(_buffer.AsMemory(_filled), ct);
        _filled += read;
        return read > 0;
    }

    public void Dispose()
    {
        _plain.Dispose();
        _lines.Dispose();
    }
}
