using Esoz.MediaStorage;
using Esoz.Pages;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Esoz.OperatorConsole;

/// <summary>
/// The file of a form (<c>multipart/form-data</c>), which has not been read yet. The fields stand before it in the form, so that token and
/// password are checked first.
/// </summary>
/// <param name="Name">As the browser names it; empty when no file was chosen.</param>
/// <param name="Content">Reading fails with 413 when it is too large.</param>
public sealed record ConsoleUpload(string Name, Stream Content)
{
    private const int MaxField = 4096;
    private const int MaxFields = 20;

    /// <summary>What a form has beside its file.</summary>
    private const int Rest = 128 * 1024;

    public static ValueTask<ConsoleUpload?> BindAsync(HttpContext context) => new(context.Features.Get<ConsoleUpload>());

    /// <summary>Takes what follows, so that the browser reads the answer.</summary>
    /// <exception cref="BadHttpRequestException">It is too large.</exception>
    public Task Discard(CancellationToken ct) => Content.CopyToAsync(Stream.Null, ct);

    /// <summary>Null when the request was not made by a form of ours for this cookie.</summary>
    internal static async Task<ConsoleForm?> Read(HttpContext context, string cookie)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || type.MediaType != "multipart/form-data" || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
            return null;
        var services = context.RequestServices;
        var limit = services.GetRequiredService<ContractFiles>().MaxBytes;
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = limit + Rest;
        var reader = new MultipartReader(boundary, services.GetRequiredService<TransferWatch>().Receive(context));
        try
        {
            var fields = new List<KeyValuePair<string, string>>();
            while (fields.Count < MaxFields && await reader.ReadNextSectionAsync(context.RequestAborted) is { } section)
            {
                if (section.AsFormDataSection() is { } field)
                {
                    if (await TextOf(section, context.RequestAborted) is not { } text)
                        return null;
                    fields.Add(new(field.Name, text));
                }
                else if (section.AsFileSection() is { } file)
                {
                    context.Features.Set(new ConsoleUpload(file.FileName, section.Body));
                    return ConsoleForm.Accept(context, cookie, new Parameters(fields));
                }
            }
            return null;
        }
        catch (Exception malformed) when (malformed is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Null when it is too long.</summary>
    private static async Task<string?> TextOf(MultipartSection section, CancellationToken ct)
    {
        using var reader = new StreamReader(section.Body, leaveOpen: true);
        var text = new char[MaxField + 1];
        var length = await reader.ReadBlockAsync(text, ct);
        return length > MaxField ? null : new(text, 0, length);
    }
}
