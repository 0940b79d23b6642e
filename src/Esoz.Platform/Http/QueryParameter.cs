using System.Text.Json;
using System.Text.Json.Nodes;

namespace Esoz.Platform.Http;

/// <summary>
/// A query parameter, declared once in its card: <see cref="QueryReader"/> reads it, <see cref="FilteredList"/> makes a condition of it,
/// OpenAPI shows it.
/// </summary>
/// <param name="Name">Name in the query.</param>
/// <param name="Type">What its text may be.</param>
/// <param name="Description">For OpenAPI.</param>
/// <param name="Condition">SQL condition on a row of a list, with the value in the place of <c>{0}</c>; null when it is not a
/// filter.</param>
public sealed record QueryParameter(string Name, QueryType Type, string Description, string? Condition = null)
{
    /// <summary>Value when it is absent.</summary>
    public object? Default { get; init; }

    /// <summary>Another name, which is read when this one is absent.</summary>
    public string? Synonym { get; init; }

    /// <summary>An empty value is a wrong one, instead of none.</summary>
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
