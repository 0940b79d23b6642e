using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Esoz.Platform.Json;

namespace Esoz.Portal;

/// <summary>One request in a programming language.</summary>
/// <param name="Id">For ids of elements.</param>
public sealed record Sample(string Id, string Language, string Code);

/// <summary>The request of a method as source text, with the credentials in variables.</summary>
internal static partial class Samples
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = PlainJsonEncoder.Instance };

    /// <param name="body">Example of the body; null when the method has none.</param>
    public static IReadOnlyList<Sample> Of(MethodCard card, string server, JsonNode? body)
    {
        var path = Place().Replace(card.Path, "00000000-0000-4000-8000-000000000000");
        var headers = HeadersOf(card);
        return
        [
            new("curl", "curl", Curl(card.Verb, server + path, headers, body)),
            new("csharp", "C#", CSharp(card.Verb, server + path, headers, body)),
            new("typescript", "TypeScript", TypeScript(card.Verb, server + path, headers, body)),
        ];
    }

    public static string Json(JsonNode node) => node.ToJsonString(Indented);

    /// <summary>Name, beginning of the value, variable.</summary>
    public static IReadOnlyList<(string Name, string Prefix, string Variable)> HeadersOf(MethodCard card) => card.Family switch
    {
        Family.IlMis or Family.Mc or Family.Events => [("Authorization", "Bearer ", "TOKEN")],
        Family.IlAdmin => [("api-key", "", "API_KEY"), ("Authorization", "Bearer ", "TOKEN")],
        Family.PisBulk => [("api-key", "", "API_KEY")],
        Family.SignIn when card.Bearer != SignInBearer.None => [("Authorization", "Bearer ", "TOKEN")],
        _ => [],
    };

    private static string Curl(
        string verb, string url, IReadOnlyList<(string Name, string Prefix, string Variable)> headers, JsonNode? body)
    {
        List<string> parts = [$"curl -sS -X {verb} '{url}'"];
        parts.AddRange(headers.Select(header => $"-H \"{header.Name}: {header.Prefix}${header.Variable}\""));
        if (body is not null)
            parts.AddRange(["-H 'Content-Type: application/json'", $"-d '{Json(body).Replace("'", "'\\''", StringComparison.Ordinal)}'"]);
        return string.Join(" \\\n  ", parts);
    }

    private static string CSharp(
        string verb, string url, IReadOnlyList<(string Name, string Prefix, string Variable)> headers, JsonNode? body)
    {
        var text = new StringBuilder("using var http = new HttpClient();\n");
        text.Append($"using var request = new HttpRequestMessage(HttpMethod.{char.ToUpperInvariant(verb[0])}{verb[1..].ToLowerInvariant()}, \"{url}\");\n");
        foreach (var (name, prefix, variable) in headers)
            text.Append($"request.Headers.Add(\"{name}\", {(prefix.Length == 0 ? "" : $"\"{prefix}\" + ")}Environment.GetEnvironmentVariable(\"{variable}\"));\n");
        if (body is not null)
            text.Append($"request.Content = new StringContent(\"\"\"\n{Indent(Json(body))}\n    \"\"\", Encoding.UTF8, \"application/json\");\n");
        text.Append("using var answer = await http.SendAsync(request);\n");
        text.Append("Console.WriteLine($\"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}\");");
        return text.ToString();
    }

    private static string TypeScript(
        string verb, string url, IReadOnlyList<(string Name, string Prefix, string Variable)> headers, JsonNode? body)
    {
        var text = new StringBuilder($"const answer = await fetch(\"{url}\", {{\n  method: \"{verb}\",\n");
        List<string> lines = [.. headers.Select(header => $"    \"{header.Name}\": `{header.Prefix}${{process.env.{header.Variable}}}`,")];
        if (body is not null)
            lines.Add("    \"Content-Type\": \"application/json\",");
        if (lines.Count > 0)
            text.Append($"  headers: {{\n{string.Join('\n', lines)}\n  }},\n");
        if (body is not null)
            text.Append($"  body: JSON.stringify({Json(body).Replace("\n", "\n  ", StringComparison.Ordinal)}),\n");
        text.Append("});\nconsole.log(answer.status, await answer.json());");
        return text.ToString();
    }

    private static string Indent(string text) => $"    {text.Replace("\n", "\n    ", StringComparison.Ordinal)}";

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Place();
}
