namespace Esoz.Platform.Storage;

/// <summary>A part of an object.</summary>
/// <param name="First">Offset of the first byte.</param>
/// <param name="Count">Number of bytes.</param>
public readonly record struct ByteRange(long First, long Count)
{
    public long Last => First + Count - 1;
}
