using System.Text;
using System.Text.RegularExpressions;

namespace Esoz.Platform.Schema;

/// <summary>
/// Turns a pattern in the regular expressions of ECMA-262, which JSON Schema uses, into a .NET <see cref="Regex"/> of the same
/// meaning. What has no certain equal is refused with <see cref="NotSupportedException"/>: look-around, back references, <c>\b</c>,
/// long names of Unicode properties, characters outside the basic plane.
/// </summary>
internal static class EcmaPattern
{
    private const string Space = @"\t\n\v\f\r\u0020\u00a0\ufeff\u2028\u2029\p{Zs}";
    private const string Word = "A-Za-z0-9_";
    private const string Digit = "0-9";

    /// <exception cref="NotSupportedException">The pattern uses what is not supported.</exception>
    /// <exception cref="ArgumentException">The pattern is not a regular expression.</exception>
    public static Regex Compile(string pattern)
    {
        var translated = new StringBuilder(pattern.Length + 16);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var unit = pattern[i];
            if (char.IsSurrogate(unit))
                throw new NotSupportedException("characters outside the basic plane");
            if (unit == '\\')
            {
                var escape = Escape(pattern, i);
                translated.Append(Translate(escape, inClass));
                i += escape.Length - 1;
            }
            else if (inClass)
            {
                if (unit == '[')
                    throw new NotSupportedException("'[' inside a class must be escaped");
                inClass = unit != ']';
                translated.Append(unit);
            }
            else if (unit == '(' && pattern.AsSpan(i + 1).StartsWith("?") && !pattern.AsSpan(i + 1).StartsWith("?:"))
            {
                throw new NotSupportedException("groups other than (…) and (?:…)");
            }
            else
            {
                inClass = unit == '[';
                if (inClass && (pattern.AsSpan(i + 1).StartsWith("]") || pattern.AsSpan(i + 1).StartsWith("^]")))
                    throw new NotSupportedException("an empty class");
                translated.Append(unit switch { '$' => @"\z", '.' => @"[^\n\r\u2028\u2029]", _ => unit.ToString() });
            }
        }

        return new Regex(translated.ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    /// <summary>The escape that starts at a backslash, whole.</summary>
    private static string Escape(string pattern, int at)
    {
        var rest = pattern[at..];
        return rest.Length < 2 ? rest : rest[1] switch
        {
            'u' => Exactly(rest, 6),
            'x' => Exactly(rest, 4),
            'c' => Exactly(rest, 3),
            'p' or 'P' => rest[..(rest.IndexOf('}', StringComparison.Ordinal) + 1)],
            _ => rest[..2],
        };
    }

    private static string Exactly(string rest, int length) =>
        rest.Length >= length ? rest[..length] : throw new ArgumentException($"incomplete escape {rest}");

    private static string Translate(string escape, bool inClass) => escape switch
    {
        @"\d" => inClass ? Digit : $"[{Digit}]",
        @"\w" => inClass ? Word : $"[{Word}]",
        @"\s" => inClass ? Space : $"[{Space}]",
        @"\D" when !inClass => $"[^{Digit}]",
        @"\W" when !inClass => $"[^{Word}]",
        @"\S" when !inClass => $"[^{Space}]",
        [_, 'p' or 'P', '{', >= 'A' and <= 'Z', '}' or (>= 'a' and <= 'z'), ..] and { Length: 5 or 6 } => escape,
        [_, 'u', not ('d' or 'D'), ..] or [_, 'u', _, >= '0' and <= '7', ..] => escape,
        [_, 'x' or 'c', ..] => escape,
        [_, 't' or 'n' or 'r' or 'f' or 'v'] => escape,
        [_, var sign] when @"^$\.*+?()[]{}|/-".Contains(sign, StringComparison.Ordinal) => sign == '/' ? "/" : escape,
        _ => throw new NotSupportedException($"escape {escape}"),
    };
}
