using Esoz.Pages;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Esoz.Portal;

/// <summary>
/// Everything that the portal shows of one method, made from its card, its operation in OpenAPI and its page in <c>spec/</c>.
/// </summary>
public sealed class MethodEntry
{
    private readonly string _searched;
    private readonly Regex _path;

    /// <param name="operation">OpenAPI operation.</param>
    /// <param name="components">Schemas of the document.</param>
    internal MethodEntry(MethodCard card, JsonObject operation, JsonObject components)
    {
        Card = card;
        Operation = card.OperationId;
        Area = Topic.AreaOf(OpenApi.AreaOf(card));
        var words = MethodWords.Of(Operation);
        Title = new(words?.Title ?? card.Title, card.Title);
        Purpose = new(words?.Purpose ?? $"{card.Purpose}.", $"{card.Purpose}.");
        Checks = [.. Check.Of(card)];
        Inputs = Input.Of(operation, components);
        Body = operation["requestBody"]?["content"]?["application/json"]?["example"];
        Answer = operation["responses"]![$"{card.Success}"]!["content"]?["application/json"]?["example"];
        Sections = Quotes.PageOf(card.Id);
        List<string> names = [card.Id, card.Title, card.Path, .. Operation == card.Title ? Array.Empty<string>() : [$"`{Operation}`"]];
        Quirks = Quotes.QuirksOf(names);
        Changes = Quotes.ChangesOf(names);
        _searched = string.Join('\n', [
            card.Id, Operation, $"{card.Verb} {card.Path}", .. card.Scopes, Title.Ukrainian, Title.English, Purpose.Ukrainian, Purpose.English,
            Area.Title.Ukrainian, Area.Title.English, Area.Name, .. Checks.Select(check => $"{check.Status} {check.Code} {check.Text}")])
            .ToUpperInvariant();
        _path = new($@"\A{Regex.Replace(Regex.Escape(card.Path), @"\\\{\w+}", "[^/]+")}/?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }

    public MethodCard Card { get; }

    /// <summary>Name of the operation in OpenAPI, and of the page's address.</summary>
    public string Operation { get; }

    public Area Area { get; }

    public Words Title { get; }

    public Words Purpose { get; }

    /// <summary>In the order in which a request meets them.</summary>
    public IReadOnlyList<Check> Checks { get; }

    public IReadOnlyList<Input> Inputs { get; }

    /// <summary>Example of the body; null when the method takes none.</summary>
    public JsonNode? Body { get; }

    /// <summary>Example of a success; null when it has no JSON.</summary>
    public JsonNode? Answer { get; }

    /// <summary>From the page of the specification.</summary>
    public IReadOnlyList<Section> Sections { get; }

    /// <summary>Entries of docs/known-quirks.md that name the method.</summary>
    public IReadOnlyList<Microsoft.AspNetCore.Components.MarkupString> Quirks { get; }

    /// <summary>Entries of CHANGELOG.md that name the method.</summary>
    public IReadOnlyList<Microsoft.AspNetCore.Components.MarkupString> Changes { get; }

    public string Address => $"{PortalPages.Methods}/{Operation}";

    internal bool IsCalled(string name) =>
        name.Equals(Operation, StringComparison.OrdinalIgnoreCase) || name.Equals(Card.Id, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether every word of the query is in what the portal knows of the method, or it is a path or a text of it.</summary>
    internal bool Fits(string query) =>
        query.ToUpperInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .All(word => _searched.Contains(word, StringComparison.Ordinal))
        || _path.IsMatch(PathIn(query))
        || Checks.Any(check => check.HasText(query));

    /// <summary>The checks whose code or text the query is, or is a part of.</summary>
    internal IEnumerable<Check> FittingChecks(string query) => Checks.Where(check =>
        check.HasText(query) || check.Text.Contains(query, StringComparison.OrdinalIgnoreCase)
        || check.Code.Split(' ').Contains(query, StringComparer.OrdinalIgnoreCase));

    /// <summary>The path of what may be a request line or a whole URL.</summary>
    private static string PathIn(string query)
    {
        var last = query.Split(' ')[^1].Split('?')[0];
        return Uri.TryCreate(last, UriKind.Absolute, out var url) && url.Scheme.StartsWith("http", StringComparison.Ordinal)
            ? url.AbsolutePath : last;
    }
}
