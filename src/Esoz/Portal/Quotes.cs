using System.Text.RegularExpressions;
using Esoz.Pages;
using Microsoft.AspNetCore.Components;

namespace Esoz.Portal;

/// <summary>A section of a page of the specification.</summary>
/// <param name="Title">Its heading, in English.</param>
/// <param name="Html">Its text.</param>
public sealed record Section(string Title, MarkupString Html);

/// <summary>
/// What the documents of this repository, which are embedded, say about a method: its page in <c>spec/</c>, known quirks, changes.
/// </summary>
internal static partial class Quotes
{
    private static readonly Lazy<IReadOnlyList<string>> Quirks = new(() => Entries("docs/known-quirks.md"));

    private static readonly Lazy<IReadOnlyList<string>> Changes = new(() => Entries("CHANGELOG.md"));

    /// <summary>Sections of the method's page that the card does not have: processing, answer, tasks and notes.</summary>
    public static IReadOnlyList<Section> PageOf(string methodId) =>
    [
        .. Heading().Split($"\n{MarkdownText.Read($"spec/{methodId}.md")}").Skip(1).Chunk(2)
            .Where(section => section[0].Trim() is not ("Purpose" or "Input") && !section[0].StartsWith("Validations", StringComparison.Ordinal))
            .Select(section => new Section(section[0].Trim(), Html(section[1]))),
    ];

    /// <summary>Known quirks in which one of the names of a method stands.</summary>
    public static IReadOnlyList<MarkupString> QuirksOf(IReadOnlyList<string> names) => Mentions(Quirks.Value, names);

    /// <summary>Changes of which the same is true.</summary>
    public static IReadOnlyList<MarkupString> ChangesOf(IReadOnlyList<string> names) => Mentions(Changes.Value, names);

    private static MarkupString[] Mentions(IReadOnlyList<string> entries, IReadOnlyList<string> names)
    {
        var patterns = names.Select(name => new Regex($@"(?<![\w/-]){Regex.Escape(name)}(?![\w/{{-])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)).ToList();
        return [.. entries.Where(entry => patterns.Exists(pattern => pattern.IsMatch(entry))).Select(Html)];
    }

    /// <summary>The entries of all lists of a document, each with its continuation lines.</summary>
    private static List<string> Entries(string document) =>
        [.. ListEntry().Matches(MarkdownText.Read(document)).Select(match => Continuation().Replace(match.Groups[1].Value.Trim(), " "))];

    /// <summary>Links between documents would lead nowhere here.</summary>
    private static MarkupString Html(string markdown) => MarkdownText.Html(markdown, _ => null);

    [GeneratedRegex(@"\n## (.+)\n")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^- (.+(?:\n  .+)*)", RegexOptions.Multiline)]
    private static partial Regex ListEntry();

    [GeneratedRegex(@"\n\s+")]
    private static partial Regex Continuation();
}
