using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Esoz.BulkExport.Snapshots;
using Esoz.Platform.Json;

namespace Esoz.BulkExport.Building;

/// <summary>
/// Writes rows of a copy as JSON records (pis-bulk §4): members in the declared order, nulls written, plain UTF-8. The bytes of a field are
/// copied into the record without creating objects.
/// </summary>
public sealed class RecordWriter
{
    private const byte JsonbVersion = 1;
    private const int DateTimeLength = 26;
    private static readonly DateTime PostgresEpoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly (byte[] Prefix, MemberType Type)[] _members;
    private readonly int _firstColumn;
    private byte[] _buffer = new byte[64 * 1024];
    private int _length;

    /// <param name="firstColumn">Column of the rows that holds the first member.</param>
    public RecordWriter(IReadOnlyList<RecordMember> members, int firstColumn)
    {
        _firstColumn = firstColumn;
        _members = [.. members.Select((member, i) => (Encoding.UTF8.GetBytes($"{(i == 0 ? '{' : ',')}\"{member.Name}\":"), member.Type))];
    }

    /// <summary>The row as a JSON object; the bytes are valid until the next call.</summary>
    public ReadOnlySpan<byte> Write(BinaryCopyRows row)
    {
        _length = 0;
        for (var i = 0; i < _members.Length; i++)
        {
            var (prefix, type) = _members[i];
            Append(prefix);
            if (row.IsNull(_firstColumn + i))
                Append("null"u8);
            else
                WriteValue(type, row[_firstColumn + i]);
        }
        Append("}"u8);
        return _buffer.AsSpan(0, _length);
    }

    private void WriteValue(MemberType type, ReadOnlySpan<byte> value)
    {
        switch (type)
        {
            case MemberType.Uuid:
                WriteUuid(value);
                break;
            case MemberType.Text:
                WriteText(value);
                break;
            case MemberType.Number:
                WriteNumber(
                    value.Length == sizeof(int) ? BinaryPrimitives.ReadInt32BigEndian(value) : BinaryPrimitives.ReadInt64BigEndian(value));
                break;
            case MemberType.Flag:
                Append(value[0] != 0 ? "true"u8 : "false"u8);
                break;
            case MemberType.Day:
                WriteDateTime(PostgresEpoch.AddDays(BinaryPrimitives.ReadInt32BigEndian(value)));
                break;
            case MemberType.Instant:
                WriteDateTime(Instant(value));
                break;
            case MemberType.Json:
                // jsonb is sent with a leading version byte, with which no JSON text can begin.
                WriteJson(value[0] == JsonbVersion ? value[1..] : value);
                break;
        }
    }

    /// <summary>A <c>timestamptz</c> in its binary form: microseconds since 2000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Infinity, or beyond the years 1 to 9999.</exception>
    public static DateTime Instant(ReadOnlySpan<byte> value) => PostgresEpoch.AddMicroseconds(BinaryPrimitives.ReadInt64BigEndian(value));

    /// <summary>A record is one line. JSON text has line breaks only between tokens, where a space is equivalent.</summary>
    private void WriteJson(ReadOnlySpan<byte> json)
    {
        // U+0080–U+009F occur only inside strings.
        while (PlainJsonEncoder.IndexOfC1(json) is var control and >= 0)
        {
            WriteTokens(json[..control]);
            WriteEscaped(json.Slice(control, 2));
            json = json[(control + 2)..];
        }
        WriteTokens(json);
    }

    private void WriteTokens(ReadOnlySpan<byte> json)
    {
        var written = Reserve(json.Length)[..json.Length];
        json.CopyTo(written);
        _length += json.Length;
        if (written.IndexOfAny((byte)'\n', (byte)'\r') < 0)
            return;
        written.Replace((byte)'\n', (byte)' ');
        written.Replace((byte)'\r', (byte)' ');
    }

    private void WriteUuid(ReadOnlySpan<byte> value)
    {
        var target = Reserve(38);
        target[0] = target[37] = (byte)'"';
        new Guid(value, bigEndian: true).TryFormat(target[1..], out _);
        _length += 38;
    }

    private void WriteNumber(long value)
    {
        Utf8Formatter.TryFormat(value, Reserve(20), out var written);
        _length += written;
    }

    private void WriteText(ReadOnlySpan<byte> utf8)
    {
        Append("\""u8);
        while (PlainJsonEncoder.IndexOfEscaped(utf8) is var escaped and >= 0)
        {
            var length = utf8[escaped] < 0x80 ? 1 : 2;
            Append(utf8[..escaped]);
            WriteEscaped(utf8.Slice(escaped, length));
            utf8 = utf8[(escaped + length)..];
        }
        Append(utf8);
        Append("\""u8);
    }

    private void WriteEscaped(ReadOnlySpan<byte> character)
    {
        PlainJsonEncoder.Instance.EncodeUtf8(character, Reserve(6), out _, out var written);
        _length += written;
    }

    /// <summary><c>"yyyy-MM-ddTHH:mm:ss.fffZ"</c>, truncated to milliseconds.</summary>
    private void WriteDateTime(DateTime value)
    {
        var target = Reserve(DateTimeLength);
        var (year, month, day) = DateOnly.FromDateTime(value);
        target[0] = target[25] = (byte)'"';
        WriteDigits(target[1..5], year);
        target[5] = target[8] = (byte)'-';
        WriteDigits(target[6..8], month);
        WriteDigits(target[9..11], day);
        target[11] = (byte)'T';
        WriteDigits(target[12..14], value.Hour);
        target[14] = target[17] = (byte)':';
        WriteDigits(target[15..17], value.Minute);
        WriteDigits(target[18..20], value.Second);
        target[20] = (byte)'.';
        WriteDigits(target[21..24], value.Millisecond);
        target[24] = (byte)'Z';
        _length += DateTimeLength;
    }

    private static void WriteDigits(Span<byte> target, int value)
    {
        for (var i = target.Length - 1; i >= 0; i--)
        {
            target[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    private Span<byte> Reserve(int size)
    {
        if (_buffer.Length - _length < size)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + size));
        return _buffer.AsSpan(_length);
    }
}
