using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace Esoz.Pages;

/// <summary>Parameters of a query or a form. Names are compared with regard to case; a value that is empty counts as missing.</summary>
public sealed class Parameters
{
    private const int MaxForm = 32 * 1024;

    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    /// <param name="encoded">As in a URL, after the question mark.</param>
    private Parameters(string encoded)
    {
        foreach (var pair in new QueryStringEnumerable(encoded))
        {
            var name = pair.DecodeName().ToString();
            if (!_values.TryGetValue(name, out var values))
                _values.Add(name, values = []);
            values.Add(pair.DecodeValue().ToString());
        }
    }

    /// <summary>Of a form in parts.</summary>
    public Parameters(IEnumerable<KeyValuePair<string, string>> fields)
    {
        foreach (var field in fields.GroupBy(field => field.Key))
            _values.Add(field.Key, [.. field.Select(it => it.Value)]);
    }

    /// <summary>Whether any parameter is given twice.</summary>
    public bool HasRepeated => _values.Values.Any(values => values.Count > 1);

    /// <summary>The value, or null when it is missing, empty or given twice.</summary>
    public string? this[string name] => _values.TryGetValue(name, out var values) && values is [{ Length: > 0 } one] ? one : null;

    public static Parameters OfQuery(HttpRequest request) => new(request.QueryString.Value ?? "");

    /// <summary>The form that was sent; null when the body is none.</summary>
    /// <exception cref="BadHttpRequestException">It is too long, or comes too slowly.</exception>
    public static async Task<Parameters?> OfForm(HttpContext context)
    {
        if (context.Request.ContentType?.Split(';')[0].Trim().Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
            return null;
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxForm;
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        return new(await reader.ReadToEndAsync(context.RequestAborted));
    }
}
