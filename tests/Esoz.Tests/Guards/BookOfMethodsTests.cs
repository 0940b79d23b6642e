using System.Text.RegularExpressions;
using Esoz.Platform.Http;

namespace Esoz.Tests.Guards;

/// <summary>Every page has one card and one test class, and vice versa.</summary>
public sealed partial class BookOfMethodsTests(Registry registry) : IClassFixture<Registry>
{
    /// <summary>Routes that require no scope, with the reason: verb and path.</summary>
    private static readonly Dictionary<string, string> Open = new()
    {
        ["/api/configurations/metadata"] = "any scope of the token is enough (compositions §17)",
        ["/api/v2/dictionaries"] = "reference data, open to everybody (platform §1)",
    };

    [Fact(DisplayName = "Every card has its page in spec/, and every page of a method has its card")]
    public void Pages() => Assert.Equal(
        Methods.All.Select(card => $"spec/{card.Id}.md").Order(StringComparer.Ordinal),
        Specification.MethodPages);

    [Fact(DisplayName = "Every card has a test class in the mirrored folder")]
    public void Tests()
    {
        var missing = Methods.All.Select(CardClass).Distinct()
            .Select(card => $"tests/Esoz.Tests/{Folder(card.Namespace!)}/{card.Name}Tests.cs")
            .Where(path => !File.Exists(SourceTree.PathOf(path)));

        Assert.Empty(missing);
    }

    [Fact(DisplayName = "Every test class in a folder that mirrors src/ begins with the name of an existing source file")]
    public void TestsBack()
    {
        var orphans = SourceTree.Areas().Where(area => Directory.Exists(SourceTree.PathOf("tests", "Esoz.Tests", area)))
            .SelectMany(area => SourceTree.Files($"tests/Esoz.Tests/{area}", "*Tests.cs"))
            .Where(path => !SourceTree.Files($"src/Esoz/{Path.GetDirectoryName(path)!["tests/Esoz.Tests/".Length..]}", "*.cs")
                .Any(source => Path.GetFileName(path).StartsWith(Path.GetFileNameWithoutExtension(source), StringComparison.Ordinal)));

        Assert.Empty(orphans);
    }

    [Fact(DisplayName = "Every file that declares a card is in the table of contents, once")]
    public void Listed()
    {
        var declared = SourceTree.Files("src/Esoz", "*.cs").Where(path => DeclaresCard().IsMatch(SourceTree.Read(path)))
            .Select(path => Path.GetFileNameWithoutExtension(path));

        Assert.Empty(declared.Except(Methods.All.Select(card => CardClass(card).Name)));
        Assert.Equal(Methods.All.Select(card => card.Id).Distinct(), Methods.All.Select(card => card.Id));
        Assert.Equal(Methods.All.Select(card => (card.Verb, card.Path)).Distinct().Count(), Methods.All.Count);
    }

    [Fact(DisplayName = "Every route of the running server belongs to a card that demands a scope, or is on the list of open ones")]
    public void Scopes()
    {
        var routes = registry.Routes().ToList();

        Assert.NotEmpty(routes);
        Assert.Equal(Open.Keys.Order(), routes.Where(route => route.Card is not { Scopes.Count: > 0, Family: not Family.Open })
            .Select(route => route.Path).Order());
    }

    [Fact(DisplayName = "A card's validations are in the order of their numbers, and no route has a constraint")]
    public void Order()
    {
        foreach (var card in Methods.All)
        {
            Assert.DoesNotMatch(@"\{[^}]*[:?*][^}]*\}", card.Path);
            var numbers = card.Validations.Select(check => Number().Match(check.Number)).Where(number => number.Success)
                .Select(number => int.Parse(number.Value, System.Globalization.CultureInfo.InvariantCulture)).ToList();
            Assert.True(
                numbers.SequenceEqual(numbers.Order()), $"{card.Id}: {string.Join(", ", card.Validations.Select(check => check.Number))}");
        }
    }

    [Fact(DisplayName = "The gateway checks on a method's page are those that the gateway runs before it, in the same order")]
    public void GatewayOfPages()
    {
        var wrong = new List<string>();
        foreach (var card in Methods.All)
        {
            var path = $"spec/{card.Id}.md";
            var rows = GatewayRow().Matches(SourceTree.Read(path))
                .Select(row => (Words: row.Groups[1].Value, Cells: row.Groups[2].Value)).ToList();
            var subjects = string.Join(" → ", Gateway.StepsOf(card).Select(step => step.Subject).OfType<string>().Distinct());
            if (rows is [{ Words: var words }] && words.Contains('→', StringComparison.Ordinal))
            {
                if (words != subjects)
                    wrong.Add($"{path}: {words}; it is {subjects}");
                continue;
            }
            // One row per check with its message, in the order of the checks.
            var documented = string.Join('\n', Gateway.ChecksOf(card).Select(check => check.Refusal.Message).OfType<string>().Distinct());
            var said = string.Join('\n', rows.Select(row => Literal().Match(row.Cells).Groups[1].Value));
            if (card.AnyScope && said.EndsWith(", …", StringComparison.Ordinal))
                (said, documented) = (said[..^1], documented[..Math.Min(said.Length - 1, documented.Length)]);
            if (rows.Count == 0 ? subjects.Length > 0 : said != documented)
                wrong.Add($"{path}: {said}; it is {documented}");
        }

        Assert.Empty(wrong);
    }

    private static Type CardClass(MethodCard card)
    {
        var type = card.Handle.Method.DeclaringType!;
        while (type.DeclaringType is { } outer)
            type = outer;
        return type;
    }

    private static string Folder(string ns) => ns["Esoz.".Length..].Replace('.', '/');

    [GeneratedRegex(@"static (readonly )?MethodCard Card\b")]
    private static partial Regex DeclaresCard();

    /// <summary>A row of the table of validations: the text of the check and the cells after it.</summary>
    [GeneratedRegex(@"^\|[^|]*\| gateway: ([^|]*) \|(.*)$", RegexOptions.Multiline)]
    private static partial Regex GatewayRow();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Literal();

    [GeneratedRegex(@"^\d+")]
    private static partial Regex Number();
}
