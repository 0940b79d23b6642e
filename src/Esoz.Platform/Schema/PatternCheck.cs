using System.Text.Json;
using System.Text.RegularExpressions;

namespace Esoz.Platform.Schema;

/// <summary>The keyword <c>pattern</c>. The engine runs in time linear in the length of the text, so no text can block it.</summary>
internal sealed class PatternCheck(string pattern, Regex regex) : Check
{
    /// <summary>The characters of <c>\s</c> in ECMA-262.</summary>
    private const string Space = @"\t\n\v\f\r\u0020\u00a0\ufeff\u2028\u2029\p{Zs}";

    /// <summary>
    /// The subset of ECMA-262 that has the same meaning in .NET after <c>$</c>, <c>\s</c> and <c>.</c> are replaced: characters of the
    /// basic plane, classes, groups, alternatives, quantifiers, the escapes <c>\.</c> and <c>\+</c>, in a class <c>\s</c>, and any number
    /// of any characters: <c>.*</c> and <c>.+</c>.
    /// </summary>
    private static readonly Regex Supported = new(
        @"\A(?:\\[.+]|\.[*+]|\[\^?(?:\\[.+s]|[^\\\[\]^$\p{Cs}])+\]|\((?!\?)|[^\\\[\].(\p{Cs}])*\z", RegexOptions.CultureInvariant);

    /// <summary>Any character as written, which is neither escaped nor in a class.</summary>
    private static readonly Regex Any = new(@"(?<kept>\\.|\[[^\]]*\])|\.", RegexOptions.CultureInvariant);

    /// <exception cref="SchemaException">The pattern uses more than <see cref="Supported"/>, or is not a regular expression.</exception>
    public static PatternCheck Of(SchemaKeyword keyword)
    {
        var pattern = keyword.Text();
        if (!Supported.IsMatch(pattern))
            throw keyword.Refused("uses more of ECMA-262 than is supported");
        try
        {
            var translated = Any.Replace(pattern, symbol => symbol.Groups["kept"].Success ? symbol.Value : @"[^\n\r\u2028\u2029]")
                .Replace("$", @"\z", StringComparison.Ordinal).Replace(@"\s", Space, StringComparison.Ordinal);
            return new PatternCheck(pattern, new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            throw keyword.Refused($"is not a regular expression that can be used ({fault.Message})");
        }
    }

    public override void Evaluate(JsonElement value, ref Faults faults)
    {
        if (value.ValueKind == JsonValueKind.String && !regex.IsMatch(value.GetString()!))
            AddFault(pattern, ref faults);
    }

    public static void AddFault(string pattern, ref Faults faults) =>
        faults.Add("format", "string does not match pattern \"%{pattern}\"", ("pattern", pattern));
}
