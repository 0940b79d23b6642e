namespace Esoz.Platform.Schema;

/// <summary>
/// A schema that this program does not fully support. Thrown at startup, so that no rule of a schema is ever silently ignored.
/// </summary>
public sealed class SchemaException(string name, string pointer, string keyword, string reason)
    : Exception($"{name}#{pointer}: {(keyword.Length == 0 ? "the schema" : $"keyword '{keyword}'")} {reason}.")
{
    /// <summary>Name of the schema, usually its file.</summary>
    public string Name { get; } = name;

    /// <summary>JSON pointer of the invalid subschema; empty for the root.</summary>
    public string Pointer { get; } = pointer;

    /// <summary>The invalid keyword; empty when the schema itself is invalid.</summary>
    public string Keyword { get; } = keyword;
}
