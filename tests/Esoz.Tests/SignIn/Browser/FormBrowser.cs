using System.Net;
using System.Text.RegularExpressions;

namespace Esoz.Tests.SignIn.Browser;

/// <summary>
/// What a browser does with the pages of sign-in, without a browser: keeps cookies, sends forms, follows nothing by itself.
/// </summary>
internal sealed partial class FormBrowser : IDisposable
{
    private readonly HttpClient _http;

    public FormBrowser(Registry registry)
    {
        Server = registry.Url;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = Server };
    }

    private Uri Server { get; }

    public CookieContainer Cookies { get; } = new();

    /// <summary>The page that is shown.</summary>
    public FormPage Page { get; private set; } = new(HttpStatusCode.OK, "", null, new Dictionary<string, string>());

    public async Task<FormPage> Get(string path, string? language = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server, path));
        if (language is not null)
            request.Headers.Add("Accept-Language", language);
        return await Send(request);
    }

    /// <summary>Sends the form of the page.</summary>
    public Task<FormPage> Submit(params (string Name, string Value)[] fields) =>
        Post([("form_token", Page.FormToken), .. fields]);

    public Task<FormPage> Post(params (string Name, string Value)[] fields) => PostTo("/sign-in", fields);

    public async Task<FormPage> PostTo(string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Server, path))
        {
            Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        return await Send(request);
    }

    /// <summary>Sends a form with a file behind its fields.</summary>
    /// <param name="origin">As a browser says it; null = it says nothing.</param>
    public async Task<FormPage> PostFile(
        string path, string name, byte[] content, string? origin, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (field, value) in fields)
            form.Add(new StringContent(value), field);
        form.Add(new ByteArrayContent(content), "file", name);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Server, path)) { Content = form };
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        return await Send(request);
    }

    public void Dispose() => _http.Dispose();

    private async Task<FormPage> Send(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request);
        return Page = new(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Location?.OriginalString,
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(header => header.Key, header => string.Join("; ", header.Value), StringComparer.OrdinalIgnoreCase));
    }
}

/// <summary>An answer: a page or a redirect.</summary>
internal sealed partial record FormPage(
    HttpStatusCode Status, string Html, string? Location, IReadOnlyDictionary<string, string> Headers)
{
    public string FormToken => Token().Match(Html).Groups["token"].Value;

    /// <summary>Text without tags.</summary>
    public string Text => WebUtility.HtmlDecode(Tag().Replace(Html, " "));

    /// <summary>First heading.</summary>
    public string Heading => WebUtility.HtmlDecode(First().Match(Html).Groups["text"].Value);

    /// <summary>Parameters of the redirect.</summary>
    public IReadOnlyDictionary<string, string> Returned => new Uri(Location!).Query.TrimStart('?').Split('&')
        .Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));

    [GeneratedRegex("""name="form_token" value="(?<token>[^"]+)""")]
    private static partial Regex Token();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("<h1>(?<text>[^<]*)</h1>")]
    private static partial Regex First();
}
