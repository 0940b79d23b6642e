using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;
using Esoz.Dictionaries;
using Esoz.Platform;
using Esoz.Platform.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests;

/// <summary>
/// Compares every refusal that a test receives with what the method declares: its rules, its gateway checks and body checks, its schema
/// and its query parameters. /openapi.json shows what is declared, so a refusal that is not declared fails the test that received it.
/// </summary>
/// <param name="services">Services of the server that answers.</param>
public sealed partial class DeclaredRefusals(IServiceProvider services) : DelegatingHandler
{
    /// <summary>Refusal of a server that is stopping; no method declares it.</summary>
    private static readonly Refusal Draining = new(RefusalKind.NotReady);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if ((int)response.StatusCode >= 400 && CardOf(request) is { } card)
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (text.Length > 0)
                await Check(card, request, JsonDocument.Parse(text).RootElement, cancellationToken);
        }
        return response;
    }

    private async Task Check(MethodCard card, HttpRequestMessage request, JsonElement answer, CancellationToken ct)
    {
        var dialect = Dialect.For(card.Family);
        var error = Text(answer.GetProperty("error"));
        if (OpenApiResponses.Refusals(card).Select(declared => declared.Refusal).Append(Draining)
            .Any(declared => Pattern(Text(Error(dialect, declared))).IsMatch(error)))
            return;
        if (IsOfQuery(card, answer.GetProperty("error")))
            return;
        if (card.Body is not null)
        {
            var codes = await services.GetRequiredService<DictionaryCodes>().For(card.Body, ct);
            foreach (var known in new[] { codes, FrozenDictionary<string, FrozenSet<string>>.Empty })
            {
                var faults = Body.Against(card.Body, await Sent(request, ct), card.Family, known);
                if (faults is not null && Text(Error(dialect, faults)) == error)
                    return;
            }
        }
        Assert.Fail($"{card.Id} does not declare the refusal that it answered: {error}");
    }

    /// <summary>Faults of parameters that the method declares; a business rule about a parameter is declared as a rule.</summary>
    private static bool IsOfQuery(MethodCard card, JsonElement error) =>
        error.TryGetProperty("invalid", out var invalid) && invalid.EnumerateArray().All(fault =>
            fault.GetProperty("entry_type").GetString() == "query_parameter"
            && card.Query.Any(parameter => fault.GetProperty("entry").GetString() is { } name
                && (name == parameter.Name || name == parameter.Synonym))
            && fault.GetProperty("rules").EnumerateArray().All(rule => rule.GetProperty("rule").GetString() != "invalid"));

    /// <summary>The method that the request is routed to; paths without placeholders take precedence.</summary>
    private MethodCard? CardOf(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath;
        return services.GetRequiredService<EndpointDataSource>().Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<MethodCard>())
            .OfType<MethodCard>()
            .Where(card => card.Verbs.Contains(request.Method.Method)
                && Regex.IsMatch(
                    path, $"^{Placeholder().Replace(card.Path, "[^/]+")}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant))
            .MinBy(card => card.Path.Count(symbol => symbol == '{'));
    }

    private static async Task<JsonElement> Sent(HttpRequestMessage request, CancellationToken ct) =>
        request.Content is null || await request.Content.ReadAsStringAsync(ct) is not { Length: > 0 } text
            ? JsonElement.Parse("{}")
            : JsonDocument.Parse(text).RootElement;

    private static JsonElement Error(Dialect dialect, Refusal refusal)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
            dialect.WriteError(json, refusal, "", "");
        return JsonElement.Parse(bytes.WrittenSpan).GetProperty("error");
    }

    /// <summary>The whole error except the parameters of its rules, which depend on the request, and the indexes of entries.</summary>
    private static string Text(JsonElement error)
    {
        var plain = error.EnumerateObject().Where(member => member.Name != "invalid").Select(member => $"{member.Name}: {member.Value}");
        var invalid = error.TryGetProperty("invalid", out var faults) ? faults.EnumerateArray().Select(TextOfFault) : [];
        return EntryNumber().Replace(string.Join("; ", plain.Concat(invalid)), "[]");
    }

    private static string TextOfFault(JsonElement fault)
    {
        var entry = fault.TryGetProperty("entry", out var named) ? named.GetString() : null;
        var rules = fault.TryGetProperty("rules", out var listed)
            ? listed.EnumerateArray().Select(
                rule => $"{rule.GetProperty("rule")} {(rule.TryGetProperty("description", out var text) ? text.GetString() : null)}")
            : [];
        return $"{fault.GetProperty("entry_type")} {entry}: {string.Join(", ", rules)}";
    }

    private static Regex Pattern(string declared) =>
        new($"^{EscapedPlaceholder().Replace(Regex.Escape(declared), ".+")}$", RegexOptions.CultureInvariant | RegexOptions.Singleline);

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\\\{\w+\}")]
    private static partial Regex EscapedPlaceholder();

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex EntryNumber();
}
