using System.Reflection;

namespace Esoz.Platform.Http;

/// <summary>
/// A uuid of the path, named like the parameter of <c>Handle</c> that receives it. A value that is not a uuid is null and leads to the
/// method's own 404, never to 422 (platform §7.1).
/// </summary>
public readonly record struct PathId(Guid? Value)
{
    private const int Length = 36;

    public static ValueTask<PathId> BindAsync(HttpContext context, ParameterInfo parameter) =>
        new(Parse(context.Request.RouteValues[parameter.Name!] as string));

    public static PathId Parse(string? text) => new(text is { Length: Length } && Guid.TryParseExact(text, "D", out var id) ? id : null);
}
