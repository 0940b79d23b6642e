using System.Reflection;
using System.Text.Json;

namespace Esoz.Platform.Http;

/// <summary>
/// A uuid in the path, with the same name as the parameter of <c>Handle</c> that receives it, or that name in snake_case. A value that is
/// not a uuid becomes null, and the method answers 404, never 422 (platform §7.1).
/// </summary>
public readonly record struct PathId(Guid? Value)
{
    private const int Length = 36;

    public static ValueTask<PathId> BindAsync(HttpContext context, ParameterInfo parameter) =>
        new(Parse((context.Request.RouteValues[parameter.Name!]
            ?? context.Request.RouteValues[JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name!)]) as string));

    public static PathId Parse(string? text) => new(text is { Length: Length } && Guid.TryParseExact(text, "D", out var id) ? id : null);
}
