using System.Text.Json;

namespace Esoz.Platform.Schema;

/// <summary>Placeholder of the validator until it lands.</summary>
public sealed class JsonSchema
{
    public IReadOnlyList<SchemaFault> Evaluate(JsonElement body) => throw new NotSupportedException(body.ToString());
}

/// <summary>One fault of a body against its schema.</summary>
public sealed record SchemaFault(string Path, string Rule, string Description, string RawDescription, object Params);
