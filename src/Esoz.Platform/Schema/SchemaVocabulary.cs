namespace Esoz.Platform.Schema;

/// <summary>The keywords that a schema may use. Any other is refused, because an ignored rule looks like one that is satisfied.</summary>
internal static class SchemaVocabulary
{
    /// <summary>Our own keyword: the string is a code of the named dictionary (docs/json-schema.md).</summary>
    public const string Dictionary = "dictionary";

    private const string Draft = "https://json-schema.org/draft/2020-12/schema";

    /// <summary>Keywords that validate a body, or support those that do.</summary>
    public static IReadOnlySet<string> Rules { get; } = new HashSet<string>
    {
        "type", "enum", "const", Dictionary,
        "minLength", "maxLength", "pattern", "format",
        "minimum", "maximum",
        "minItems", "maxItems", "uniqueItems", "items",
        "required", "properties", "additionalProperties",
        "$ref", "$defs", "$schema", "allOf", "if", "then",
    };

    /// <summary>Keywords that are only annotations.</summary>
    public static IReadOnlySet<string> Remarks { get; } = new HashSet<string> { "$comment", "title", "description", "default", "examples" };

    /// <exception cref="SchemaException">A keyword is unknown, or is used where it would have no effect or another meaning.</exception>
    public static void RefuseUnlessKnown(Dictionary<string, SchemaKeyword> keywords)
    {
        foreach (var keyword in keywords.Values)
        {
            if (!Rules.Contains(keyword.Keyword) && !Remarks.Contains(keyword.Keyword))
                throw keyword.Refused("is not supported");
            switch (keyword.Keyword)
            {
                case "$schema" when keyword.Text() != Draft:
                    throw keyword.Refused($"must be {Draft}");
                case "if" when !keywords.ContainsKey("then"):
                    throw keyword.Refused("has no effect without 'then'");
                case "then" when !keywords.ContainsKey("if"):
                    throw keyword.Refused("has no effect without 'if'");
            }
        }
    }
}
