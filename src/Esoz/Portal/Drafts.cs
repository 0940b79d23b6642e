using System.Text.Json.Nodes;
using Esoz.Pages;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.WebUtilities;

namespace Esoz.Portal;

/// <summary>Requests in forms.</summary>
internal static class Drafts
{
    /// <summary>Longer bodies are signed contents, which nobody edits in a form.</summary>
    private const int MaxBody = 16 * 1024;

    /// <summary>The first success of the demo registry, with the example of OpenAPI where it has none.</summary>
    public static Draft Of(MethodEntry method, DemoAccess? demo)
    {
        var call = demo?.CallsOf(method.Card).FirstOrDefault();
        var values = new Dictionary<string, string>();
        if (call is not null)
        {
            var (path, query) = call.Path.Split('?', 2) is [var before, var after] ? (before, after) : (call.Path, "");
            foreach (var (template, segment) in method.Card.Path.Split('/').Zip(path.Split('/')))
            {
                if (template.StartsWith('{'))
                    values[$"path.{template.Trim('{', '}')}"] = Uri.UnescapeDataString(segment);
            }
            foreach (var (name, value) in QueryHelpers.ParseQuery(query))
                values[$"query.{name}"] = value.ToString();
        }
        return new(demo?.Roles.FirstOrDefault(role => call is not null && role.Headers.SequenceEqual(call.Headers))?.Id, values,
            method.Card.Body is null ? null : BodyOf(call?.Body) ?? (method.Body is null ? "{}" : Samples.Json(method.Body)));
    }

    /// <summary>As a browser has sent it.</summary>
    public static Draft Of(MethodEntry method, Parameters form) => new(form["role"],
        method.Inputs.Where(input => input.In is "path" or "query").Select(input => $"{input.In}.{input.Name}")
            .Select(name => (name, value: form[name])).Where(field => field.value is not null)
            .ToDictionary(field => field.name, field => field.value!),
        method.Card.Body is null ? null : form["body"]);

    /// <summary>Path and query of the request.</summary>
    public static string TargetOf(MethodEntry method, Draft draft)
    {
        var path = RoutePatternFactory.Parse(method.Card.Path).PathSegments.Select(segment => segment.Parts[0] switch
        {
            RoutePatternParameterPart place => Uri.EscapeDataString(draft.Values.GetValueOrDefault($"path.{place.Name}", "-")),
            RoutePatternLiteralPart literal => literal.Content,
            var other => other.ToString()!,
        });
        var query = draft.Values.Where(value => value.Key.StartsWith("query.", StringComparison.Ordinal))
            .Select(value => KeyValuePair.Create(value.Key["query.".Length..], (string?)value.Value));
        return $"/{string.Join('/', path)}{QueryString.Create(query).ToUriComponent()}";
    }

    private static string? BodyOf(string? body) => body is null or { Length: > MaxBody } ? null : Samples.Json(JsonNode.Parse(body)!);
}
