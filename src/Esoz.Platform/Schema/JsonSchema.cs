using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Esoz.Platform.Json;

namespace Esoz.Platform.Schema;

/// <summary>
/// A JSON Schema (the part of draft 2020-12 named in docs/json-schema.md), compiled once and evaluated for every body. Immutable and
/// thread-safe.
/// </summary>
public sealed class JsonSchema
{
    /// <summary>
    /// Maximum number of faults per body. Far above any legitimate body; without it, one megabyte of unknown members would produce an
    /// answer of thirty megabytes.
    /// </summary>
    public const int MaxFaults = 1000;

    private readonly Subschema _root;

    private JsonSchema(JsonElement document, Subschema root, IReadOnlyList<string> dictionaries)
    {
        Document = document;
        _root = root;
        CodeLists = dictionaries;
    }

    /// <summary>The schema as written.</summary>
    public JsonElement Document { get; }

    /// <summary>Names of the dictionaries whose codes an evaluation needs.</summary>
    public IReadOnlyList<string> CodeLists { get; }

    /// <summary>Compiles a schema.</summary>
    /// <exception cref="SchemaException">A keyword, or a use of one, is not implemented; or the text is not JSON.</exception>
    public static JsonSchema Parse(ReadOnlyMemory<byte> utf8, string name)
    {
        JsonElement document;
        try
        {
            document = JsonElement.Parse(utf8.Span, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException fault)
        {
            throw new SchemaException(name, "", "", $"is not JSON ({fault.Message})");
        }

        var compiler = new SchemaCompiler(name);
        return new JsonSchema(document, compiler.Compile(document), compiler.Dictionaries);
    }

    /// <summary>
    /// Compiles the schema of a request body from the assembly of its card, e.g. <c>CreateContractEmployee.schema.json</c>. Its root must
    /// have <c>"type": "object"</c>, so that any other body has a single <c>cast</c> fault at <c>$</c>.
    /// </summary>
    public static JsonSchema Embedded(Type card) => Embedded(card.Assembly, card.Name + ".schema.json");

    /// <summary>The same by the name of the resource.</summary>
    public static JsonSchema Embedded(Assembly assembly, string resourceName)
    {
        using var resource = assembly.GetManifestResourceStream(resourceName)
            ?? throw new SchemaException(resourceName, "", "", "is not embedded in the assembly");
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        var schema = Parse(bytes.ToArray(), resourceName);
        return schema._root.DescribesObject ? schema : throw new SchemaException(resourceName, "", "type", "must be \"object\" for a body");
    }

    /// <summary>All faults of a body in the order of platform §7.1; empty when it is valid.</summary>
    /// <param name="codes">Allowed codes of the dictionaries in <see cref="CodeLists"/>.</param>
    public IReadOnlyList<SchemaFault> Evaluate(JsonElement body, IReadOnlyDictionary<string, FrozenSet<string>>? codes = null)
    {
        var faults = new Faults(codes ?? FrozenDictionary<string, FrozenSet<string>>.Empty);
        if (JsonText.IsSound(JsonMarshal.GetRawUtf8Value(body)))
            _root.Evaluate(body, ref faults);
        else
            faults.Add("format", "string is not valid Unicode text");
        return faults.Rooted();
    }
}
