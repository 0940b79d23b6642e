using System.Text.Json;
using System.Text.Json.Nodes;

namespace Esoz.Platform.Http;

/// <summary>
/// A query parameter, declared once in its card: <see cref="QueryReader"/> reads it, <see cref="FilteredList"/> turns it into a condition,
/// and OpenAPI documents it.
/// </summary>
/// <param name="Name">Name in the query.</param>
/// <param name="Type">Type of the value.</param>
/// <param name="Description">For OpenAPI.</param>
/// <param name="Condition">SQL condition on a row of a list, in which the value replaces <c>{0}</c>; null when it is not a filter.</param>
public sealed record QueryParameter(string Name, QueryType Type, string Description, string? Condition = null)
{
    /// <summary>Value when it is absent.</summary>
    public object? Default { get; init; }

    /// <summary>Alternative name, read when this one is absent.</summary>
    public string? Synonym { get; init; }

    /// <summary>An empty value is a fault instead of being treated as absent.</summary>
    public bool EmptyIsWrong { get; init; }

    internal JsonObject Schema
    {
        get
        {
            var schema = Type.Schema;
            if (Default is not null)
                schema["default"] = JsonSerializer.SerializeToNode(Default);
            return schema;
        }
    }
}
