using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Esoz.Sandbox.Demo;

namespace Esoz.Tests.Platform.Http;

/// <summary>
/// A request to a method that works, changed at random in path, query, headers and body. The credentials stay, so that the changes get as
/// far as they can. The same seed makes the same request.
/// </summary>
internal sealed class Mutation(int seed, DemoExample example)
{
    private static readonly string[] Texts =
    [
        "", " ", "0", "-1", "1e400", "9223372036854775808", "99999999999999999999999999999", "NaN", "null", "true", "[]", "{}", "'", "\"", "\\",
        "' OR 1=1 --", "%", "%00", "%ZZ", "%C3%28", "..", "../..", "\u0001", "\u202e", "Ґалаґан", "\ud83e\ude7a", "\uffff", "a,b,,c", "2026-02-30",
        "9999-12-31", "0001-01-01", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+14:00", "24:00", "00000000-0000-0000-0000-000000000000",
        "{00000000-0000-4000-8000-000000000001}", "Fri, 31 Dec 9999 23:59:59 GMT", "bytes=0-0", "*", "W/\"x\"",
    ];

    private static readonly string[] HeaderNames =
    [
        "Accept", "Accept-Encoding", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range", "X-Request-ID",
        "Idempotency-Key", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Cookie", "Origin", "traceparent", "Prefer", "Cache-Control",
        "Content-Encoding", "X-HTTP-Method-Override", "Expect-CT", "Max-Forwards",
    ];

    private static readonly string[] Verbs = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"];

    private readonly Random _random = new(seed);

    public DemoExample Example => example;

    /// <summary>What was made of it, for the report.</summary>
    public string Description { get; private set; } = "";

    public HttpRequestMessage ToRequest(Uri server)
    {
        var (path, query) = Split(example.Path);
        var (verb, headers) = (example.Card.Verb, new List<(string, string)>());
        var body = example.Body is null ? null : Encoding.UTF8.GetBytes(example.Body);
        var type = "application/json";
        for (var changes = _random.Next(1, 4); changes > 0; changes--)
        {
            switch (_random.Next(10))
            {
                case 0: path = Segment(path); break;
                case 1: query = Query(query); break;
                case 2: headers.Add((Any(HeaderNames), Header())); break;
                case 3: type = Any(["text/plain", "application/json; charset=utf-16", "application/json;", "", "multipart/form-data", "application/xml"]); break;
                case 4 when _random.Next(4) == 0: verb = Any(Verbs); break;
                case 5 when body is { Length: > 0 }: body = Bytes(body); break;
                case 6 when body is null: body = Encoding.UTF8.GetBytes(Any(Texts)); break;
                default: body = body is null ? null : Json(body); break;
            }
        }
        var target = path + (query.Length > 0 ? $"?{query}" : "");
        var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(server.GetLeftPart(UriPartial.Authority) + target,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        foreach (var (name, value) in example.Headers.Concat(headers))
            request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            if (_random.Next(8) == 0)
                request.Headers.TransferEncodingChunked = true;
        }
        Description = $"{verb} {target} {string.Join("; ", headers)} {type} {(body is null ? "" : Encoding.UTF8.GetString(body))}";
        return request;
    }

    private static (string Path, string Query) Split(string target) =>
        target.Split('?', 2) is [var path, var query] ? (path, query) : (target, "");

    /// <summary>Characters that no client can put into a target are encoded; the rest goes as it is.</summary>
    private string Encoded(string text) => _random.Next(2) == 0 ? Uri.EscapeDataString(text)
        : string.Concat(text.Select(letter => letter is > ' ' and < '\u007f' and not ('?' or '#') ? $"{letter}" : Percent(letter)));

    private static string Percent(char letter) => string.Concat(
        Encoding.UTF8.GetBytes(char.IsSurrogate(letter) ? "\ufffd" : $"{letter}").Select(octet => $"%{octet.ToString("X2", CultureInfo.InvariantCulture)}"));

    private string Segment(string path)
    {
        var segments = path.Split('/');
        var at = _random.Next(2, segments.Length);
        segments[at] = _random.Next(6) switch
        {
            0 => new string('a', _random.Next(1, _random.Next(4) == 0 ? 20_000 : 3000)),
            1 => Guid.NewGuid().ToString().ToUpperInvariant(),
            2 => segments[at] + Encoded(Any(Texts)),
            _ => Encoded(Any(Texts)),
        };
        return string.Join('/', segments);
    }

    private string Query(string query)
    {
        string[] known = [.. example.Card.Query.Select(parameter => parameter.Name), "page", "page_size", "id", "depth", "unknown", ""];
        var added = string.Join('&', Enumerable.Range(0, _random.Next(1, 4)).Select(_ => $"{Any(known)}{Any(["=", "[]=", "%00=", ""])}{Encoded(Any(Texts))}"));
        return query.Length > 0 && _random.Next(2) == 0 ? $"{query}&{added}" : added;
    }

    private string Header() =>
        string.Concat(Any(Texts).Where(letter => letter is >= ' ' and < '\u007f')) + (_random.Next(20) == 0 ? new string('x', 5000) : "");

    private byte[] Bytes(byte[] body)
    {
        var changed = body.ToArray();
        switch (_random.Next(3))
        {
            case 0: return changed[.._random.Next(changed.Length)];
            case 1: changed[_random.Next(changed.Length)] = (byte)_random.Next(256); return changed;
            default: return [.. changed, .. changed[_random.Next(changed.Length)..]];
        }
    }

    /// <summary>Replaces, removes or adds a member somewhere in the body.</summary>
    private byte[] Json(byte[] body)
    {
        JsonNode? root;
        List<JsonObject> objects;
        try
        {
            root = JsonNode.Parse(body);
            objects = [.. Objects(root)];
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or ArgumentException)
        {
            // By a change before this one.
            return Bytes([.. body, 0]);
        }
        if (objects.Count == 0)
            return Encoding.UTF8.GetBytes(Value()?.ToJsonString() ?? "null");
        var place = objects[_random.Next(objects.Count)];
        var names = place.Select(member => member.Key).ToList();
        var name = names.Count > 0 && _random.Next(5) > 0 ? Any(names) : Any(Texts);
        if (_random.Next(5) == 0)
            place.Remove(name);
        else
            place[name] = Value();
        return Encoding.UTF8.GetBytes(root!.ToJsonString());
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject it => it.SelectMany(member => Objects(member.Value)).Append(it),
        JsonArray it => it.SelectMany(Objects),
        _ => [],
    };

    private JsonNode? Value() => _random.Next(12) switch
    {
        0 => null,
        1 => JsonValue.Create(_random.Next(2) == 0),
        2 => JsonValue.Create(_random.NextInt64(long.MinValue, long.MaxValue)),
        3 => JsonNode.Parse(Any(["1e308", "-0", "0.1e-300", "123456789012345678901234567890", "1.5", "2147483648"])),
        4 => new JsonArray([.. Enumerable.Range(0, _random.Next(4)).Select(_ => Value())]),
        5 => new JsonObject { [Any(Texts)] = Value() },
        6 => JsonValue.Create(new string('Ї', _random.Next(1, 3000))),
        7 => JsonNode.Parse(string.Concat(Enumerable.Repeat("[", 40)) + string.Concat(Enumerable.Repeat("]", 40))),
        8 => JsonValue.Create(Guid.NewGuid().ToString()),
        9 => JsonValue.Create("\0"),
        _ => JsonValue.Create(Any(Texts)),
    };

    private T Any<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];
}
