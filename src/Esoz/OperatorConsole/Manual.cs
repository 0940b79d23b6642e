using System.Text.RegularExpressions;
using Esoz.Pages;
using Microsoft.AspNetCore.Components;

namespace Esoz.OperatorConsole;

/// <summary>A section of docs/operations.md.</summary>
/// <param name="Slug">Its name in addresses.</param>
public sealed record ManualSection(string Slug, string Title, MarkupString Html);

/// <summary>The manual of the operator, docs/operations.md, section by section; it is in English.</summary>
public sealed partial record Manual(ConsoleSession Session, ManualSection Section)
{
    public const string Path = SettingList.Path + "/manual";

    private const string Document = "docs/operations.md";

    private static readonly Lazy<IReadOnlyList<ManualSection>> Read = new(ReadAll);

    public static IReadOnlyList<ManualSection> Sections => Read.Value;

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-manual", Path + "/{section}", role: null, Show);

    public static string AddressOf(string section) => $"{Path}/{section}";

    /// <summary>Address of a table of settings.</summary>
    /// <param name="heading">Of the table.</param>
    public static string AddressOfSettings(string heading) => $"{AddressOf("settings")}#{MarkdownText.Slug(heading)}";

    private static HtmlPage Show(ConsoleSession session, string section) =>
        Sections.FirstOrDefault(it => it.Slug == section) is { } found
            ? HtmlPage.Of<ManualPage, Manual>(new(session, found))
            : ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);

    private static IReadOnlyList<ManualSection> ReadAll()
    {
        var parts = Heading().Split(MarkdownText.Read(Document)).Skip(1).Chunk(2)
            .Select(part => (Title: part[0].Trim(), Text: part[1])).ToList();
        var places = new Dictionary<string, string>();
        foreach (var (title, text) in parts)
        {
            var slug = MarkdownText.Slug(title);
            places.TryAdd(slug, AddressOf(slug));
            foreach (Match below in Below().Matches(text))
                places.TryAdd(MarkdownText.Slug(below.Groups[1].Value), $"{AddressOf(slug)}#{MarkdownText.Slug(below.Groups[1].Value)}");
        }
        return
        [
            .. parts.Select(part => new ManualSection(MarkdownText.Slug(part.Title), part.Title, MarkdownText.Html(
                part.Text, url => url.StartsWith('#') ? places.GetValueOrDefault(url[1..]) : null, raised: 1))),
        ];
    }

    [GeneratedRegex(@"^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^### (.+)$", RegexOptions.Multiline)]
    private static partial Regex Below();
}
