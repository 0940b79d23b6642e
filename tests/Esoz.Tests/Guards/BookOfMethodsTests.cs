using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Esoz.BulkExport;
using Esoz.Platform;
using Esoz.Platform.Http;
using Esoz.Tests.Sandbox.Demo;

namespace Esoz.Tests.Guards;

/// <summary>Every page has one card, one test class and examples, and vice versa; page and card say the same.</summary>
public sealed partial class BookOfMethodsTests(Registry registry) : IClassFixture<Registry>
{
    /// <summary>Routes that require no scope, with the reason: verb and path.</summary>
    private static readonly Dictionary<string, string> Open = new()
    {
        ["/api/configurations/metadata"] = "any scope of the token is enough (compositions §17)",
        ["/oauth/user"] = "the scope is asked for where USER_DETAILS_REQUIRE_SCOPE is set (sign-in §11.3)",
        ["/api/v2/dictionaries"] = "reference data, open to everybody (platform §1)",
        ["/auth/login"] = "the user has no token yet (sign-in §6)",
        ["/oauth/tokens"] = "the client shows its secret (sign-in §9)",
        ["/auth/logout"] = "any access token may end itself (sign-in §11.1)",
        ["/oauth/users/actions/init_factor"] = "the tokens of a sign-in have no scope yet (sign-in §7)",
        ["/oauth/users/actions/approve_factor"] = "the tokens of a sign-in have no scope yet (sign-in §7)",
        ["/oauth/users/actions/update_password"] = "its token opens nothing else (sign-in §7)",
    };

    /// <summary>The id of a method that no page was published of (spec/README.md).</summary>
    private const string OwnMethod = "none: an addition of ours";

    private static readonly JsonSerializerOptions Il = new(IlDialect.Json) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
    private static readonly JsonSerializerOptions Mc = new(McDialect.Json) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    [Fact(DisplayName = "Every card has its page in spec/, and every page of a method has its card")]
    public void Pages()
    {
        var needed = Methods.All.ToDictionary(MethodPage.PathOf);
        var pages = Specification.MethodPages.ToList();

        AssertNone(
        [
            .. needed.Keys.Except(pages).Select(page => $"Card {needed[page].Title} ({FileOf(needed[page])}) has no page {page}"),
            .. pages.Except(needed.Keys).Select(page => $"Page {page} has no card"),
        ]);
    }

    [Fact(DisplayName = "The head of a method's page says what the card says: title, id, verb and path, scopes, file")]
    public void Heads() => AssertNone(MethodPage.All().SelectMany(it => HeadFaults(it.Card, it.Page)));

    [Fact(DisplayName = "The input of a method's page names the query parameters of the card")]
    public void Query() => AssertNone(
        from it in MethodPage.All()
        let said = Joined(it.Page.Query().Order(StringComparer.Ordinal))
        let declared = Joined(it.Card.Query.Select(parameter => parameter.Name).Order(StringComparer.Ordinal))
        where said != declared
        select $"{it.Page.Path}: the query parameters are {said}; those of the card are {declared}");

    [Fact(DisplayName = "The answer of a method's page has the members of the card's answer, in their order")]
    public void Members()
    {
        Assert.Equal(["resource", "key", "generation", "snapshot_at", "windows_valid_from", "next_build_at", "files", "removed"],
            MembersOf(GetBulkExportManifest.Card));

        AssertNone(
            from it in MethodPage.All()
            let said = it.Page.Members() is { } members ? Joined(members) : "not named, neither here nor on a linked page"
            let declared = Joined(MembersOf(it.Card))
            where said != declared
            select $"{it.Page.Path}: the members of the answer are {said}; those of the card's answer are {declared}");
    }

    [Fact(DisplayName = "Every method has a row with its verb, path and scopes in the table of methods of its family page")]
    public void FamilyTables() => AssertNone(
        from it in MethodPage.All()
        let family = FamilyPage().Match(it.Page.Head("Family page")).Groups[1].Value
        where !File.Exists(SourceTree.PathOf(Specification.PageOf(family)))
            || !File.ReadLines(SourceTree.PathOf(Specification.PageOf(family))).Any(row => IsRowOf(it.Card, row))
        select $"{it.Page.Path}: no row of {Specification.PageOf(family)} has {it.Card.Verb} `{it.Card.Path}` with "
            + (it.Card.AnyScope ? "any one of its scopes" : Joined(it.Card.Scopes)));

    [Fact(DisplayName = "The headings of a method's page are in the order of docs/method-page.md")]
    public void HeadingsInOrder()
    {
        var order = MethodPage.HeadingsOf(SourceTree.Read("docs/method-page.md")).ToList();
        Assert.Equal("Where the published page is not followed", order[^1]);

        AssertNone(
            from it in MethodPage.All()
            let headings = it.Page.Headings.Where(order.Contains).ToList()
            where !headings.SequenceEqual(order.Where(headings.Contains))
            select $"{it.Page.Path}: the headings are {Joined(headings)}; their order is {Joined(order)}");
    }

    [Fact(DisplayName = "Every method has demo examples: a success first and a refusal after it")]
    public void Examples()
    {
        var examples = DemoExamplesTests.Examples().ToLookup(example => example.Card);

        AssertNone(
            from card in Methods.All
            let fault = !examples[card].Any() ? "has no demo example"
                : examples[card].First().IsRefusal ? "has no success as its first demo example"
                : !examples[card].Any(example => example.IsRefusal) ? "has no demo example of a refusal"
                : null
            where fault is not null
            select $"Card {card.Title} ({FileOf(card)}) {fault}");
    }

    [Fact(DisplayName = "Every card has a test class in the mirrored folder")]
    public void Tests()
    {
        var missing = Methods.All.Select(CardClass).Distinct()
            .Select(card => $"tests/Esoz.Tests/{Folder(card.Namespace!)}/{card.Name}Tests.cs")
            .Where(path => !File.Exists(SourceTree.PathOf(path)));

        AssertNone(missing.Select(path => $"There is no test class {path}"));
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
        foreach (var (card, page) in MethodPage.All())
        {
            var path = page.Path;
            var rows = GatewayRow().Matches(SourceTree.Read(path))
                .Select(row => (Words: row.Groups[1].Value, Cells: row.Groups[2].Value)).ToList();
            var subjects = string.Join(" → ", Gateway.StepsOf(card).Select(step => step.Subject).OfType<string>().Distinct());
            if (rows is [{ Words: var words }] && words.Contains('→', StringComparison.Ordinal))
            {
                if (words != subjects)
                    wrong.Add($"{path}: {words}; it is {subjects}");
                continue;
            }
            // One row per check with its message, in the order of the checks. Limits are those of the platform page, for every method.
            var documented = string.Join('\n', Gateway.ChecksOf(card).Where(check => check.Refusal.Kind != RefusalKind.TooManyRequests)
                .Select(check => check.Refusal.Message).OfType<string>().Distinct());
            var said = string.Join('\n', rows.Select(row => Literal().Match(row.Cells).Groups[1].Value));
            if (card.AnyScope && said.EndsWith(", …", StringComparison.Ordinal))
                (said, documented) = (said[..^1], documented[..Math.Min(said.Length - 1, documented.Length)]);
            if (rows.Count == 0 ? subjects.Length > 0 : said != documented)
                wrong.Add($"{path}: {said}; it is {documented}");
        }

        AssertNone(wrong);
    }

    private static IEnumerable<string> HeadFaults(MethodCard card, MethodPage page)
    {
        var isPublished = card.Id.StartsWith("API-", StringComparison.Ordinal);
        var title = isPublished ? $"{card.Title} [{card.Id}]" : card.Title;
        if (page.Title != title)
            yield return $"{page.Path}: the title is {page.Title}; by the card it is {title}";

        var id = page.Head("Method API ID");
        if (isPublished ? !Regex.IsMatch(id, $@"^{Regex.Escape(card.Id)}( \(|$)") : id is not ("not published" or OwnMethod))
            yield return $"{page.Path}: Method API ID is {id}; it is {(isPublished ? card.Id : $"\"not published\" or \"{OwnMethod}\"")}";
        if (!isPublished && card.Id != SlugOf(card.Title))
            yield return $"{page.Path}: the slug of the title is {SlugOf(card.Title)}";
        if (id == OwnMethod && !SourceTree.Read("docs/known-quirks.md").Contains($"`{card.Verb} {card.Path}`", StringComparison.Ordinal))
            yield return $"docs/known-quirks.md does not name our own method `{card.Verb} {card.Path}`";

        if (!Regex.IsMatch(page.Head("Path"), $@"^`{card.Verb} {Regex.Escape(card.Path)}`( \(|$)"))
            yield return $"{page.Path}: Path is {page.Head("Path")}; by the card it is `{card.Verb} {card.Path}`";

        var scopes = MethodPage.Literals(page.Head("Scope"));
        if (!scopes.SequenceEqual(card.Scopes))
            yield return $"{page.Path}: the scopes are {Joined(scopes)}; those of the card are {Joined(card.Scopes)}";

        var files = MethodPage.Literals(page.Head("Card"));
        if (files.Count == 0 || files[0] != FileOf(card))
            yield return $"{page.Path}: Card is {page.Head("Card")}; it is `{FileOf(card)}`";
        foreach (var file in files.Skip(1))
        {
            if (!File.Exists(SourceTree.PathOf(file)) && !File.Exists(SourceTree.PathOf(Path.GetDirectoryName(FileOf(card))!, file)))
                yield return $"{page.Path}: there is no file {file}";
        }
    }

    /// <summary>Members of an item of the card's answer; those of a record where the data is a stored file.</summary>
    private static IEnumerable<string> MembersOf(MethodCard card)
    {
        if (card.Answer is not { } answer)
        {
            return BulkResources.All.Where(resource => card.Path == $"/api/pis/bulk/{resource.Name}")
                .SelectMany(resource => resource.Members).Select(member => member.Name);
        }
        var item = answer.IsGenericType && answer.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
            ? answer.GetGenericArguments()[0] : answer;
        return (card.Family == Family.Mc ? Mc : Il).GetTypeInfo(item).Properties
            .Where(property => property.Get is not null && !property.IsExtensionData).Select(property => property.Name);
    }

    private static bool IsRowOf(MethodCard card, string row) =>
        row.StartsWith('|')
        && row.Contains($"{card.Verb} `{card.Path}`", StringComparison.Ordinal)
        && (card.AnyScope
            ? row.Contains("any one", StringComparison.Ordinal)
            : card.Scopes.All(scope => row.Contains($"`{scope}`", StringComparison.Ordinal)));

    private static string SlugOf(string title) => NotOfSlug().Replace(title.ToLowerInvariant(), "-").Trim('-');

    private static string Joined(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";

    private static void AssertNone(IEnumerable<string> faults) => Assert.True(!faults.Any(), string.Join('\n', faults));

    /// <summary>File of a card, relative to the root of the repository.</summary>
    private static string FileOf(MethodCard card) => $"src/Esoz/{Folder(CardClass(card).Namespace!)}/{CardClass(card).Name}.cs";

    private static Type CardClass(MethodCard card)
    {
        var type = card.Handle.Method.DeclaringType!;
        while (type.DeclaringType is { } outer)
            type = outer;
        return type;
    }

    private static string Folder(string ns) => ns["Esoz.".Length..].Replace('.', '/');

    [GeneratedRegex("^\\[([a-z-]+) §")]
    private static partial Regex FamilyPage();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotOfSlug();

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
