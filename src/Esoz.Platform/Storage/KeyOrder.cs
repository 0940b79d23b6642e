namespace Esoz.Platform.Storage;

/// <summary>
/// The order in which object stores list keys: that of their bytes in UTF-8, which is that of code points. UTF-16 differs from it where one
/// key has a character beyond U+FFFF and the other one from U+E000 on.
/// </summary>
public sealed class KeyOrder : IComparer<string>
{
    public static KeyOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var one = x.AsSpan();
        var other = y.AsSpan();
        var common = one.CommonPrefixLength(other);
        return common == one.Length || common == other.Length ? one.Length - other.Length : Rank(one[common]) - Rank(other[common]);
    }

    /// <summary>Surrogates come last.</summary>
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
