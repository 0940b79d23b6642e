namespace Esoz.Platform.Configuration;

/// <summary>Whether a secret of a setting can be guessed.</summary>
public static class KeyStrength
{
    /// <summary>A key made at random has 190 bits and more by the same estimate.</summary>
    private const int MinBits = 64;

    /// <summary>
    /// A key that repeats a word or few characters. The estimate is the entropy of the characters of its shortest repeated part, so
    /// it finds what was typed to satisfy a minimum length, not every bad key.
    /// </summary>
    public static bool IsWeak(string key)
    {
        var part = key[..Period(key)];
        var bits = part.GroupBy(letter => letter).Sum(same => -same.Count() * Math.Log2((double)same.Count() / part.Length));
        return bits < MinBits;
    }

    /// <summary>Length of the shortest beginning of which the whole text is a repetition.</summary>
    private static int Period(string text)
    {
        for (var length = 1; length < text.Length; length++)
        {
            if (text.AsSpan(length).SequenceEqual(text.AsSpan(0, text.Length - length)))
                return length;
        }
        return text.Length;
    }
}
