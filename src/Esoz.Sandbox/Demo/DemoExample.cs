using System.Text;
using Esoz.Platform.Http;

namespace Esoz.Sandbox.Demo;

/// <summary>
/// One request to the demo registry and the status of its response: printed as <c>curl</c> when a sandbox starts, quoted by the
/// documents, and sent for real by the tests.
/// </summary>
/// <param name="Shows">What happens, in a few words.</param>
/// <param name="Path">Path and query, with the ids filled in.</param>
/// <param name="Headers">Credentials; <c>Content-Type</c> is added when there is a body.</param>
/// <param name="Body">JSON on one line, without apostrophes; null if there is no body.</param>
/// <param name="Link">How the link in <c>data.url</c> of the response is used; null if the response has none.</param>
/// <param name="BodyFile">File with the body if it is too long to paste; null if it is short.</param>
public sealed record DemoExample(
    MethodCard Card, string Shows, string Path, IReadOnlyList<(string Name, string Value)> Headers, string? Body, int Status,
    DemoLink? Link = null, string? BodyFile = null)
{
    public bool IsRefusal => Status >= 400;

    public HttpRequestMessage ToRequest(Uri server)
    {
        var request = new HttpRequestMessage(new HttpMethod(Card.Verb), new Uri(server, Path));
        foreach (var (name, value) in Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (Body is not null)
            request.Content = new StringContent(Body, Encoding.UTF8, "application/json");
        return request;
    }

    /// <summary>Ready to paste into a shell.</summary>
    public string ToCurl(Uri server)
    {
        List<string> parts = [$"curl -sS -X {Card.Verb} '{new Uri(server, Path).OriginalString}'"];
        parts.AddRange(Headers.Select(header => $"-H '{header.Name}: {header.Value}'"));
        if (Body is not null)
            parts.AddRange(["-H 'Content-Type: application/json'", BodyFile is null ? $"-d '{Body}'" : $"-d '@{BodyFile}'"]);
        var curl = string.Join(" \\\n  ", parts);
        return Link is null ? curl : $$"""
            link=$({{curl}} | sed -E 's/.*"url":"([^"]+)"[}].*/\1/')
            {{Link.ToCurl()}}
            """;
    }
}

/// <summary>How a signed link is used.</summary>
/// <param name="Verb">PUT uploads <paramref name="Content"/>, GET downloads.</param>
public sealed record DemoLink(string Verb, string? Content, int Status)
{
    public HttpRequestMessage ToRequest(string link)
    {
        var request = new HttpRequestMessage(new HttpMethod(Verb), link);
        if (Content is not null)
            request.Content = new StringContent(Content, Encoding.UTF8);
        return request;
    }

    internal string ToCurl() => Content is null ? "curl -sS \"$link\"" : $"curl -sS -X {Verb} --data-binary '{Content}' \"$link\"";
}
