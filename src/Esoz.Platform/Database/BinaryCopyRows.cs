using System.Buffers.Binary;

namespace Esoz.Platform.Database;

/// <summary>
/// Reads the output of <c>COPY … TO STDOUT (FORMAT binary)</c> row by row without copying: fields are slices of the receive buffer and are
/// valid until the next row. The buffer is the only memory; it grows only for a larger row.
/// </summary>
/// <param name="copy">The raw data of the copy, starting with its header.</param>
/// <param name="columns">Number of columns.</param>
public sealed class BinaryCopyRows(Stream copy, int columns)
{
    private static ReadOnlySpan<byte> Signature =>
        [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0];

    private readonly (int Start, int Length)[] _fields = new (int, int)[columns];
    private byte[] _buffer = new byte[256 * 1024];
    private int _start;
    private int _end;
    private int _row;
    private bool _begun;

    /// <summary>Moves to the next row; false after the last one.</summary>
    /// <exception cref="InvalidDataException">The data does not have the documented format.</exception>
    public bool Read()
    {
        if (!_begun)
            ReadHeader();
        Need(sizeof(short));
        var count = BinaryPrimitives.ReadInt16BigEndian(_buffer.AsSpan(_start));
        if (count == -1)
        {
            // The copy is complete only when the server has confirmed it.
            return copy.Read(_buffer, 0, 1) == 0 ? false : throw new InvalidDataException("Data after the end of the copy.");
        }
        if (count != columns)
            throw new InvalidDataException($"A row of {count} columns instead of {columns}.");
        var length = sizeof(short);
        for (var column = 0; column < columns; column++)
        {
            Need(length + sizeof(int));
            var size = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start + length));
            length += sizeof(int);
            // Relative to the row, because further reads may move the row inside the buffer.
            _fields[column] = (length, size);
            length += Math.Max(size, 0);
        }
        Need(length);
        _row = _start;
        _start += length;
        return true;
    }

    public bool IsNull(int column) => _fields[column].Length < 0;

    /// <summary>Bytes of a non-null field in the binary format of its type.</summary>
    public ReadOnlySpan<byte> this[int column] => _buffer.AsSpan(_row + _fields[column].Start, _fields[column].Length);

    /// <summary>The whole row as it was sent: the number of columns, then length and bytes of each.</summary>
    public ReadOnlySpan<byte> Row => _buffer.AsSpan(_row, _start - _row);

    private void ReadHeader()
    {
        Need(Signature.Length + sizeof(int) + sizeof(int));
        if (!_buffer.AsSpan(_start, Signature.Length).SequenceEqual(Signature))
            throw new InvalidDataException("The data does not begin as a binary copy.");
        var extension = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start + Signature.Length + sizeof(int)));
        var header = Signature.Length + sizeof(int) + sizeof(int) + extension;
        Need(header);
        _start += header;
        _begun = true;
    }

    /// <summary>Ensures that the buffer contains <paramref name="length"/> bytes from <see cref="_start"/>.</summary>
    private void Need(int length)
    {
        if (_end - _start >= length)
            return;
        if (_start + length > _buffer.Length)
            EnsureCapacity(length);
        while (_end - _start < length)
        {
            var read = copy.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
                throw new InvalidDataException("The copy ends in the middle of a row.");
            _end += read;
        }
    }

    private void EnsureCapacity(int length)
    {
        var target = length <= _buffer.Length ? _buffer : new byte[Math.Max(length, _buffer.Length * 2)];
        _buffer.AsSpan(_start, _end - _start).CopyTo(target);
        (_buffer, _end, _start) = (target, _end - _start, 0);
    }
}
