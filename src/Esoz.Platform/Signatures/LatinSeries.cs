namespace Esoz.Platform.Signatures;

/// <summary>
/// Passport series are Cyrillic letters, which certificates also write in Latin: transliterated (Resolution 55 of the Cabinet of Ministers,
/// 2010), or with letters that look the same. Two texts are equal when either conversion makes them equal.
/// </summary>
internal static class LatinSeries
{
    private const string Cyrillic = "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ";

    private static readonly string[] Transliterated =
    [
        "A", "B", "V", "H", "G", "D", "E", "IE", "ZH", "Z", "Y", "I", "I", "I", "K", "L", "M",
        "N", "O", "P", "R", "S", "T", "U", "F", "KH", "TS", "CH", "SH", "SHCH", "", "IU", "IA",
    ];

    private const string CyrillicAlike = "АВЕІКМНОРСТХ";
    private const string LatinAlike = "ABEIKMHOPCTX";

    public static bool AreSame(string left, string right) =>
        Transliterate(left) == Transliterate(right) || Appearance(left) == Appearance(right);

    private static string Transliterate(string text) => string.Concat(text.ToUpperInvariant()
        .Select(letter => Cyrillic.IndexOf(letter, StringComparison.Ordinal) is var at and >= 0 ? Transliterated[at] : letter.ToString()));

    private static string Appearance(string text) => string.Concat(text.ToUpperInvariant()
        .Select(letter => CyrillicAlike.IndexOf(letter, StringComparison.Ordinal) is var at and >= 0 ? LatinAlike[at] : letter));
}
