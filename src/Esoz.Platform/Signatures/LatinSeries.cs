namespace Esoz.Platform.Signatures;

/// <summary>
/// Series of passports are Cyrillic letters, which certificates also give in Latin ones: transliterated (Resolution 55 of the Cabinet of
/// Ministers, 2010), or by letters of the same look. Two texts are the same when either reading makes them so.
/// </summary>
internal static class LatinSeries
{
    private const string Cyrillic = "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ";

    private static readonly string[] Transliterated =
    [
        "A", "B", "V", "H", "G", "D", "E", "IE", "ZH", "Z", "Y", "I", "I", "I", "K", "L", "M",
        "N", "O", "P", "R", "S", "T", "U", "F", "KH", "TS", "CH", "SH", "SHCH", "", "IU", "IA",
    ];

    private const string Pictured = "АВЕІКМНОРСТХ";
    private const string SameLook = "ABEIKMHOPCTX";

    public static bool AreSame(string left, string right) => Transliterate(left) == Transliterate(right) || Picture(left) == Picture(right);

    private static string Transliterate(string text) => string.Concat(text.ToUpperInvariant()
        .Select(letter => Cyrillic.IndexOf(letter, StringComparison.Ordinal) is var at and >= 0 ? Transliterated[at] : letter.ToString()));

    private static string Picture(string text) => string.Concat(text.ToUpperInvariant()
        .Select(letter => Pictured.IndexOf(letter, StringComparison.Ordinal) is var at and >= 0 ? SameLook[at] : letter));
}
