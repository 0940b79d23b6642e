using System.Collections.Frozen;

namespace Esoz.SignIn;

/// <summary>
/// Passwords that are tried first by whoever guesses (sign-in §13): common ones of breaches with other digits, signs and capitals around
/// and between, also typed on the keyboard of the other alphabet; words of this registry; the user's own address.
/// </summary>
public static class EasyPasswords
{
    /// <summary>Fewer letters than this protect nothing, whatever digits are around them.</summary>
    private const int MinLetters = 4;

    /// <summary>Letters of the most frequent passwords of breaches, each once: the first 10,000 of zxcvbn's list.</summary>
    private static readonly Lazy<FrozenSet<string>> Common = new(Read);

    /// <summary>Names of this system, of whom it belongs to and of who uses it; as they are typed, letters only.</summary>
    private static readonly string[] Context =
    [
        "esoz", "есоз", "ehealth", "ездоровя", "здоровя", "health", "nszu", "нсзу", "moz", "моз", "mis", "міс", "registry", "реєстр",
        "doctor", "likar", "лікар", "лікарня", "hospital", "клініка", "поліклініка", "clinic", "owner", "admin", "адмін", "адміністратор",
        "user", "password", "пароль", "parol", "ukraine", "україна", "kyiv",
    ];

    private const string CyrillicKeys = "йцукенгшщзхїфівапролджєячсмитьбюґъыэё";
    private const string LatinKeys = "qwertyuiop[]asdfghjkl;'zxcvbnm,.\\]s'`";

    /// <param name="email">Of the user.</param>
    public static bool Has(string password, string? email)
    {
        var small = PasswordText.Normal(password).ToLowerInvariant();
        var letters = Once(Letters(small));
        return letters.Length < MinLetters
            || Common.Value.Contains(letters)
            || Common.Value.Contains(Once(Letters(OnLatinKeys(small))))
            || IsMadeOf(letters, [.. Context, .. Parts(email)]);
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetter));

    /// <summary>A text that is repeated, once.</summary>
    private static string Once(string text)
    {
        for (var length = 1; length <= text.Length / 2; length++)
        {
            if (text.Length % length == 0 && text.AsSpan(length).SequenceEqual(text.AsSpan(0, text.Length - length)))
                return text[..length];
        }
        return text;
    }

    private static string OnLatinKeys(string text) => string.Concat(text.Select(letter =>
        CyrillicKeys.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var key ? LatinKeys[key] : letter));

    private static bool IsMadeOf(string text, string[] words)
    {
        var ends = new bool[text.Length + 1];
        ends[0] = true;
        for (var start = 0; start < text.Length; start++)
        {
            if (!ends[start])
                continue;
            foreach (var word in words)
            {
                if (text.AsSpan(start).StartsWith(word, StringComparison.Ordinal))
                    ends[start + word.Length] = true;
            }
        }
        return ends[text.Length];
    }

    /// <summary>The words of an address.</summary>
    private static IEnumerable<string> Parts(string? email) => (email ?? "").ToLowerInvariant().Split('@', '.', '-', '_', '+')
        .Append((email ?? "").Split('@')[0].ToLowerInvariant()).Select(Letters).Where(part => part.Length > 1);

    private static FrozenSet<string> Read()
    {
        using var file = new StreamReader(typeof(EasyPasswords).Assembly.GetManifestResourceStream("CommonPasswords.txt")!);
        return file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
    }
}
