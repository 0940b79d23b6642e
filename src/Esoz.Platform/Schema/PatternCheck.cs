using System.Text.Json;
using System.Text.RegularExpressions;

namespace Esoz.Platform.Schema;

/// <summary>The keyword <c>pattern</c>. The engine is linear in the length of the text, so no text can stall it.</summary>
internal sealed class PatternCheck(string pattern, Regex regex) : Check
{
    /// <exception cref="SchemaException">The pattern has no certain equal in .NET.</exception>
    public static PatternCheck Of(SchemaKeyword keyword)
    {
        try
        {
            return new PatternCheck(keyword.Text(), EcmaPattern.Compile(keyword.Text()));
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            throw keyword.Refused($"is not supported as written ({fault.Message})");
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
