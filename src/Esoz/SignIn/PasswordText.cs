using System.Collections.Frozen;
using System.Text;

namespace Esoz.SignIn;

/// <summary>
/// Passwords as they are hashed (sign-in §13): keyboards of different systems write й and ї as one character or as a letter and a mark,
/// which NFC makes one. The framework composes ASCII only when it works without the libraries of a culture, as this program does; these
/// are the letters of Latin and Cyrillic scripts. Others stay as they were typed.
/// </summary>
internal static class PasswordText
{
    /// <summary>Mark, letters, and the letters with that mark.</summary>
    private static readonly (char Mark, string Letters, string Composed)[] Table =
    [
        ('\u0300', "AEIOUaeiouЕИеи", "ÀÈÌÒÙàèìòùЀЍѐѝ"),
        ('\u0301', "AEIOUYaeiouyCcLlNnRrSsZzГКгк", "ÁÉÍÓÚÝáéíóúýĆćĹĺŃńŔŕŚśŹźЃЌѓќ"),
        ('\u0302', "AEIOUaeiouCcGgHhJjSsWwYy", "ÂÊÎÔÛâêîôûĈĉĜĝĤĥĴĵŜŝŴŵŶŷ"),
        ('\u0303', "ANOanoIiUu", "ÃÑÕãñõĨĩŨũ"),
        ('\u0304', "AaEeIiOoUuИиУу", "ĀāĒēĪīŌōŪūӢӣӮӯ"),
        ('\u0306', "AaEeGgIiOoUuУИиуЖжАаЕе", "ĂăĔĕĞğĬĭŎŏŬŭЎЙйўӁӂӐӑӖӗ"),
        ('\u0307', "CcEeGgIZz", "ĊċĖėĠġİŻż"),
        ('\u0308', "AEIOUaeiouyYЕІеіАаӘәЖжЗзИиОоӨөЭэУуЧчЫы", "ÄËÏÖÜäëïöüÿŸЁЇёїӒӓӚӛӜӝӞӟӤӥӦӧӪӫӬӭӰӱӴӵӸӹ"),
        ('\u030A', "AaUu", "ÅåŮů"),
        ('\u030B', "OoUuУу", "ŐőŰűӲӳ"),
        ('\u030C', "CcDdEeLlNnRrSsTtZz", "ČčĎďĚěĽľŇňŘřŠšŤťŽž"),
        ('\u030F', "Ѵѵ", "Ѷѷ"),
        ('\u0327', "CcGgKkLlNnRrSsTt", "ÇçĢģĶķĻļŅņŖŗŞşŢţ"),
        ('\u0328', "AaEeIiUu", "ĄąĘęĮįŲų"),
    ];

    private static readonly FrozenDictionary<(char Letter, char Mark), char> Composed = Table
        .SelectMany(row => row.Letters.Zip(row.Composed, (letter, composed) => ((letter, row.Mark), composed)))
        .ToFrozenDictionary(pair => pair.Item1, pair => pair.composed);

    public static string Normal(string password)
    {
        var text = new StringBuilder(password.Length);
        foreach (var next in password)
        {
            if (text.Length > 0 && Composed.TryGetValue((text[^1], next), out var whole))
                text[^1] = whole;
            else
                text.Append(next);
        }
        return text.ToString();
    }
}
