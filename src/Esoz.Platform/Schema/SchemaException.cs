namespace Esoz.Platform.Schema;

/// <summary>
/// A schema this program cannot honour in full. Thrown at start-up, so that no rule of a schema is ever passed over in silence.
/// </summary>
public sealed class SchemaException(string name, string pointer, string keyword, string reason)
    : Exception($"{name}#{pointer}: {(keyword.Length == 0 ? "the schema" : $"keyword '{keyword}'")} {reason}.")
{
    /// <summary>Name of the schema, usually its file.</summary>
    public string Name { get; } = name;

    /// <summary>JSON pointer of the subschema at fault; empty for the root.</summary>
    public string Pointer { get; } = pointer;

    /// <summary>The keyword at fault; empty when it is the schema itself.</summary>
    public string Keyword { get; } = keyword;
}
