using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>A request that the portal has sent to this server, and its answer.</summary>
/// <param name="Request">As text, secrets replaced by the names of their variables.</param>
/// <param name="Answer">The body as text.</param>
public sealed record Exchange(string Request, int Status, string Answer, string? RequestId)
{
    /// <summary>The answer as JSON; null when it is none, or was cut.</summary>
    public JsonNode? Json => OwnRequest.Parsed(Answer);
}

/// <summary>Requests that the portal sends to the server it belongs to, over HTTP like any client.</summary>
internal static class OwnRequest
{
    private const int MaxAnswer = 16 * 1024;

    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <param name="context">The request of the browser.</param>
    /// <param name="path">Path and query.</param>
    /// <param name="body">JSON; null = none.</param>
    public static async Task<Exchange> Send(
        HttpContext context, DemoAccess demo, string verb, string path, IReadOnlyList<(string Name, string Value)> headers, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(OwnListener.Of(context), path));
        var text = new StringBuilder().Append($"{verb} {path}");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
            text.Append($"\n{name}: {value}");
        }
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            text.Append($"\nContent-Type: application/json\n\n{Indented(body)}");
        }
        using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        return new(demo.Masked(text.ToString()), (int)answer.StatusCode, Indented(await Read(answer.Content, context.RequestAborted)),
            answer.Headers.TryGetValues(RequestId.Header, out var ids) ? ids.First() : null);
    }

    public static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // An answer that is cut, or lines of JSON, are shown as they came.
            return null;
        }
    }

    /// <summary>The beginning of the body, which may be a whole snapshot.</summary>
    private static async Task<string> Read(HttpContent content, CancellationToken ct)
    {
        await using var body = await content.ReadAsStreamAsync(ct);
        var bytes = new byte[MaxAnswer];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return length < MaxAnswer ? text : $"{text}\n…";
    }

    private static string Indented(string text) => Parsed(text) is { } json ? Samples.Json(json) : text;
}
