using System.Text.RegularExpressions;
using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>What the page about the design system shows.</summary>
/// <param name="Tokens">As the style sheets have them.</param>
public sealed record Design(PortalView View, IReadOnlyList<DesignToken> Tokens);

/// <summary>A token of the design system: a custom property of the style sheets.</summary>
/// <param name="Light">Value on a light ground.</param>
/// <param name="Dark">Value on a dark ground; null = the same.</param>
public sealed partial record DesignToken(string Name, string Light, string? Dark)
{
    public bool IsColor => Light.StartsWith('#');

    /// <summary>Those of a style sheet. What is on paper does not count.</summary>
    public static IEnumerable<DesignToken> Of(Asset styles)
    {
        var roots = Root().Matches(styles.Text);
        var dark = Property().Matches(roots[1].Groups["body"].Value).ToDictionary(it => it.Groups["name"].Value, it => it.Groups["value"].Value);
        return Property().Matches(roots[0].Groups["body"].Value)
            .Select(it => new DesignToken(it.Groups["name"].Value, it.Groups["value"].Value, dark.GetValueOrDefault(it.Groups["name"].Value)));
    }

    [GeneratedRegex(@":root \{(?<body>[^}]*)\}")]
    private static partial Regex Root();

    [GeneratedRegex(@"(?<name>--[\w-]+): (?<value>[^;]+);")]
    private static partial Regex Property();
}

/// <summary>
/// GET /docs/design: tokens and components of the pages. The tokens are read from the style sheets, the examples are the components
/// themselves, and the text beside each is that of the source of this page.
/// </summary>
public static partial class ShowDesign
{
    private static readonly Lazy<IReadOnlyList<DesignToken>> Tokens = new(() =>
        [.. new[] { Asset.Styles, Asset.Of("portal.css") }.SelectMany(DesignToken.Of)]);

    private static readonly Lazy<Dictionary<string, string>> Sources = new(() => Example().Matches(Source())
        .ToDictionary(example => example.Groups["name"].Value, example => Unindented(example.Groups["source"].Value)));

    public static PageRoute Page { get; } = new("portal-design", HttpMethods.Get, PortalPages.Design) { Handle = Handle };

    private static HtmlPage Handle(HttpContext context) =>
        PortalView.Page<DesignPage, Design>(new(PortalView.Of(context), Tokens.Value));

    /// <summary>The source of an example.</summary>
    internal static string SourceOf(string name) => Sources.Value[name];

    private static string Source()
    {
        using var file = typeof(ShowDesign).Assembly.GetManifestResourceStream("DesignPage.razor")
            ?? throw new InvalidOperationException("DesignPage.razor is not embedded.");
        using var reader = new StreamReader(file);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Unindented(string text)
    {
        var lines = text.Split('\n');
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : ""));
    }

    [GeneratedRegex(@"<Example Name=""(?<name>[^""]+)""[^\n]*\n(?<source>[\s\S]*?)\n *</Example>")]
    private static partial Regex Example();
}
