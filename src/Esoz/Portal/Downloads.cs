using System.Text;
using System.Text.Json.Nodes;
using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>
/// Files for the tools of developers. Where the demo registry may be seen they have its credentials and its prepared requests, elsewhere
/// empty variables and the examples of OpenAPI.
/// </summary>
internal static class Downloads
{
    public const string Variables = "/docs/files/demo.env";
    public const string Postman = "/docs/files/esoz.postman_collection.json";
    public const string Http = "/docs/files/esoz.http";

    public static IReadOnlyList<PageRoute> Pages { get; } =
    [
        new("portal-variables", HttpMethods.Get, Variables) { Handle = GetVariables },
        new("portal-postman", HttpMethods.Get, Postman) { Handle = GetPostman },
        new("portal-http", HttpMethods.Get, Http) { Handle = GetHttp },
    ];

    private static IResult GetVariables(HttpContext context, Demonstration demonstration) => demonstration.For(context) is { } demo
        ? File(context, string.Concat(demo.Secrets.Select(secret => $"{secret.Variable}={secret.Value}\n")), "text/plain; charset=utf-8", "demo.env")
        : (Reply)Refusal.NotFound();

    private static IResult GetPostman(HttpContext context, Reference reference, Demonstration demonstration, PublicUrl publicUrl)
    {
        var demo = demonstration.For(context);
        var folders = reference.Methods.GroupBy(method => method.Area).Select(area => (JsonNode)new JsonObject
        {
            ["name"] = area.Key.Title.Of(Language.Of(context)),
            ["item"] = new JsonArray([.. area.Select(method => Item(method, RequestOf(method, demo), Language.Of(context)))]),
        });
        var collection = new JsonObject
        {
            ["info"] = new JsonObject
            {
                ["name"] = "Esoz",
                ["schema"] = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
            },
            ["item"] = new JsonArray([.. folders]),
            ["variable"] = new JsonArray([.. ValuesOf(context, demo, publicUrl).Select(variable =>
                (JsonNode)new JsonObject { ["key"] = variable.Name, ["value"] = variable.Value })]),
        };
        return File(context, Samples.Json(collection), "application/json; charset=utf-8", "esoz.postman_collection.json");
    }

    private static IResult GetHttp(HttpContext context, Reference reference, Demonstration demonstration, PublicUrl publicUrl)
    {
        var demo = demonstration.For(context);
        var text = new StringBuilder();
        foreach (var (name, value) in ValuesOf(context, demo, publicUrl))
            text.Append($"@{name} = {value}\n");
        foreach (var method in reference.Methods)
        {
            var request = RequestOf(method, demo);
            text.Append($"\n### {method.Title.Of(Language.Of(context))} [{method.Card.Id}]\n{method.Card.Verb} {{{{HOST}}}}{request.Path}\n");
            foreach (var (name, value) in request.Headers)
                text.Append($"{name}: {value}\n");
            if (request.Body is not null)
                text.Append($"Content-Type: application/json\n\n{request.Body}\n");
        }
        return File(context, text.ToString(), "text/plain; charset=utf-8", "esoz.http");
    }

    /// <summary>The base URL, then the secrets.</summary>
    private static IEnumerable<(string Name, string Value)> ValuesOf(HttpContext context, DemoAccess? demo, PublicUrl publicUrl) =>
    [
        ("HOST", publicUrl.Base(context.Request)),
        .. demo is null ? [("TOKEN", ""), ("API_KEY", "")] : demo.Secrets.Select(secret => (secret.Variable, secret.Value)),
    ];

    private static (string Path, IEnumerable<(string Name, string Value)> Headers, string? Body) RequestOf(
        MethodEntry method, DemoAccess? demo)
    {
        var draft = Drafts.Of(method, demo);
        return demo?.CallsOf(method.Card).FirstOrDefault() is { } call
            ? (call.Path, call.Headers.Select(header => (header.Name, demo.Masked(header.Value, "{{", "}}"))), draft.Body)
            : (Drafts.TargetOf(method, draft), Samples.HeadersOf(method.Card).Select(header => (header.Name, $"{header.Prefix}{{{{{header.Variable}}}}}")), draft.Body);
    }

    private static JsonObject Item(
        MethodEntry method, (string Path, IEnumerable<(string Name, string Value)> Headers, string? Body) request, Language language)
    {
        var sent = new JsonObject
        {
            ["method"] = method.Card.Verb,
            ["header"] = new JsonArray([.. request.Headers.Concat(request.Body is null ? [] : [("Content-Type", "application/json")])
                .Select(header => (JsonNode)new JsonObject { ["key"] = header.Item1, ["value"] = header.Item2 })]),
            ["url"] = $"{{{{HOST}}}}{request.Path}",
            ["description"] = method.Purpose.Of(language),
        };
        if (request.Body is not null)
            sent["body"] = new JsonObject { ["mode"] = "raw", ["raw"] = request.Body };
        return new JsonObject { ["name"] = method.Title.Of(language), ["request"] = sent };
    }

    private static IResult File(HttpContext context, string text, string type, string name)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.File(Encoding.UTF8.GetBytes(text), type, name);
    }
}
