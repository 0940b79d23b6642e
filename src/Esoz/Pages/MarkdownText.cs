using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components;

namespace Esoz.Pages;

/// <summary>Documents of this repository, which are embedded, as HTML. HTML in them is text.</summary>
internal static partial class MarkdownText
{
    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).DisableHtml().Build();

    /// <summary>Text of an embedded document.</summary>
    public static string Read(string document)
    {
        using var file = typeof(MarkdownText).Assembly.GetManifestResourceStream(document)
            ?? throw new InvalidOperationException($"{document} is not embedded.");
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    /// <param name="addressOf">
    /// Where a link leads that does not lead to another host; null = nowhere, then only its words are kept.
    /// </param>
    /// <param name="raised">By how many levels headings are raised.</param>
    public static MarkupString Html(string markdown, Func<string, string?> addressOf, int raised = 0)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            if (link.Url?.StartsWith("https://", StringComparison.Ordinal) == true)
                continue;
            link.Url = link.Url is null ? null : addressOf(link.Url);
            if (link.Url is null)
                link.ReplaceBy(new ContainerInline(), copyChildren: true);
        }
        foreach (var heading in document.Descendants<HeadingBlock>())
            heading.Level -= raised;
        // What begins with bold words is found by them.
        foreach (var block in document.OfType<ParagraphBlock>())
        {
            if (block.Inline?.FirstChild is EmphasisInline { DelimiterCount: 2, FirstChild: LiteralInline words })
                block.GetAttributes().Id = Slug(words.Content.ToString());
        }
        using var text = new StringWriter();
        var renderer = new HtmlRenderer(text);
        Pipeline.Setup(renderer);
        renderer.Render(document);
        return new(text.ToString());
    }

    /// <summary>The name that links give a heading.</summary>
    public static string Slug(string heading) =>
        Other().Replace(heading.ToLowerInvariant(), "").Trim().Replace(' ', '-');

    [GeneratedRegex(@"[^\p{L}\p{Nd} _-]")]
    private static partial Regex Other();
}
