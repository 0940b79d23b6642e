using System.Buffers;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Npgsql;

namespace Esoz.Tests.Guards;

/// <summary>A rule is stated once in src and once on its page, and the two agree; every write is guarded by a verdict.</summary>
public sealed partial class RulesTests(Registry registry) : IClassFixture<Registry>
{
    /// <summary>Cards that write without a guarded write, with the reason.</summary>
    private static readonly Dictionary<string, string> Unguarded = new()
    {
        ["CreateHealthcareService"] = "settings and dictionaries decide as well",
    };

    [Fact(DisplayName = "The rules of a card are those of its page: number, status, text and path, in the page's order")]
    public void Pages()
    {
        var pages = MethodPage.All().Select(it => (it.Card, Rows: RowsOf(it.Card.Id))).ToList();
        Assert.True(pages.Count(page => page.Rows.Count > 0) > 40);

        var differences = pages.SelectMany(page => Differences(page.Card, page.Rows).Select(difference => $"{page.Card.Id}: {difference}"));

        Assert.True(!differences.Any(), string.Join('\n', differences));
    }

    [Fact(DisplayName = "A card that writes uses a guarded write")]
    public void Verdicts()
    {
        var writing = Methods.All.Select(card => card.Handle.Method.DeclaringType!).Distinct()
            .Select(card => (card.Name,
                Text: SourceTree.Read($"src/Esoz/{card.Namespace!["Esoz.".Length..].Replace('.', '/')}/{card.Name}.cs")))
            .Where(card => Writing().IsMatch(card.Text)).ToList();

        Assert.Contains(writing, card => card.Name == "DeactivateEmployeeRole");
        Assert.Equal(Unguarded.Keys, writing.Where(card => !card.Text.Contains("Guard.Allowed", StringComparison.Ordinal))
            .Select(card => card.Name));
    }

    [Fact(DisplayName = "Every index that a rule names is a unique one of the schema")]
    public async Task Indexes()
    {
        var named = Guards().SelectMany(guard => guard.Guard.Rules).Select(rule => rule.Index).OfType<string>().Distinct()
            .Order(StringComparer.Ordinal).ToList();

        Assert.Contains("employee_roles_active_pair_key", named);
        foreach (var index in named)
        {
            Assert.True(
                await registry.Scalar<bool>(
                    "SELECT coalesce((SELECT indisunique FROM pg_index WHERE indexrelid = to_regclass('esoz.' || $1)), false)", index),
                $"There is no unique index {index}.");
        }
    }

    [Fact(DisplayName = "Every guarded statement finds its rows by index and locks its sources in the order in which they are written")]
    public async Task Plans()
    {
        var guards = Guards().ToList();
        Assert.True(guards.Count > 10);
        await using var connection = await registry.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await connection.Execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off", TestContext.Current.CancellationToken);
        foreach (var (name, guard) in guards)
        {
            var parameters = Parameter().Matches(guard.Sql)
                .Max(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
            await connection.Execute($"PREPARE guarded AS {guard.Sql}", TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand(
                $"EXPLAIN (FORMAT JSON) EXECUTE guarded ({string.Join(", ", Enumerable.Repeat("NULL", parameters))})", connection);
            var nodes = Nodes(JsonDocument.Parse((string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!)
                .RootElement[0].GetProperty("Plan")).ToList();
            await connection.Execute("DEALLOCATE guarded", TestContext.Current.CancellationToken);

            Assert.DoesNotContain("Seq Scan", nodes.Select(node => node.Type));
            // If nothing is written under a verdict, it is not a separate CTE.
            var verdict = nodes.FirstOrDefault(node => node.Subplan == "CTE verdict", nodes[0]);
            var locking = guard.Sources.Where(source => source.Lock is not null).Select(source => source.Name).ToList();
            Assert.True(locking.SequenceEqual(verdict.Scanned.Where(locking.Contains)), $"{name}: {string.Join(", ", verdict.Scanned)}");
        }
    }

    /// <summary>Every guard of the program, by the class that declares it.</summary>
    private static IEnumerable<(string Name, Guard Guard)> Guards() =>
        from type in typeof(Methods).Assembly.GetTypes()
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        where typeof(Guard).IsAssignableFrom(field.FieldType)
        select (type.Name, (Guard)field.GetValue(null)!);

    private static IEnumerable<(string Type, string? Subplan, IReadOnlyList<string> Scanned)> Nodes(JsonElement node) =>
        [(node.GetProperty("Node Type").GetString()!, Member(node, "Subplan Name"), [.. Scanned(node)]), .. Children(node)
            .SelectMany(Nodes)];

    /// <summary>CTEs in the order in which a plan reads them.</summary>
    private static IEnumerable<string> Scanned(JsonElement node) =>
        (Member(node, "CTE Name") is { } cte ? [cte] : Enumerable.Empty<string>()).Concat(Children(node).SelectMany(Scanned));

    private static IReadOnlyList<JsonElement> Children(JsonElement node) =>
        node.TryGetProperty("Plans", out var plans) ? [.. plans.EnumerateArray()] : [];

    private static string? Member(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static IEnumerable<string> Differences(MethodCard card, IReadOnlyList<PageRow> rows)
    {
        var dialect = Dialect.For(card.Family);
        var (at, met) = (0, new HashSet<int>());
        foreach (var rule in card.Validations)
        {
            var row = Enumerable.Range(at, rows.Count - at).FirstOrDefault(row => rows[row].States(rule, dialect), -1);
            if (row < 0)
                yield return $"rule {rule.Number}, {rule.Rule}, is not on the page, or not in its place: {PageRow.TextOf(rule.Refusal, dialect)}";
            else
                met.Add(at = row);
        }
        foreach (var row in rows.Where((row, i) => row.Literals.Count > 0 && !met.Contains(i)))
            yield return $"row {row.Number} of the page is not declared: {string.Join(" / ", row.Literals)}";
    }

    /// <summary>The numbered rows of the page's table of validations.</summary>
    private static IReadOnlyList<PageRow> RowsOf(string page)
    {
        var text = SourceTree.Read($"spec/{page}.md");
        var start = text.IndexOf("\n## Validations", StringComparison.Ordinal);
        if (start < 0)
            return [];
        var end = text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        var table = text[start..(end < 0 ? text.Length : end)].Split('\n').Where(line => line.StartsWith('|')).Select(Cells).ToList();
        return [.. table.Skip(2).Where(cells => Number().IsMatch(cells[0])).SelectMany(cells => RowsOf(table[0], cells))];
    }

    /// <summary>A row; if it refers to another page, the rows with that number on the other page.</summary>
    private static IEnumerable<PageRow> RowsOf(IReadOnlyList<string> columns, IReadOnlyList<string> cells)
    {
        var message = Cell("Message") ?? Cell("Rule and description");
        return OtherPage().Match(message ?? "") is { Success: true } other
            ? RowsOf(other.Groups[1].Value).Where(row => row.Number == cells[0])
            : [new(cells[0], Cell("HTTP"), Literals(message), Cell("Path"))];

        string? Cell(string column) => columns.ToList().IndexOf(column) is >= 0 and var i ? cells[i] : null;
    }

    private static IReadOnlyList<string> Cells(string line) => [.. line.Trim().Trim('|').Split(" | ").Select(cell => cell.Trim())];

    /// <summary>Texts in backticks; a text truncated with … is not literal.</summary>
    private static IReadOnlyList<string> Literals(string? cell) =>
        [.. Literal().Matches(cell ?? "").Select(match => match.Groups[1].Value)
            .Where(text => !text.Contains('…', StringComparison.Ordinal))];

    private sealed record PageRow(string Number, string? Status, IReadOnlyList<string> Literals, string? Path)
    {
        public bool States(Validation rule, Dialect dialect) =>
            rule.Number == Number
            && (Status is null || Status.Contains($"{dialect.Status(rule.Refusal)}", StringComparison.Ordinal))
            && (Literals.Contains(TextOf(rule.Refusal, dialect)) || NamesOf(rule.Refusal).Any(Literals.Contains))
            && PathIs(rule.Refusal.Invalid is [{ } fault, ..] ? fault.Entry : null);

        /// <summary>The text that identifies the refusal: the description if the message is the fixed one of its status.</summary>
        public static string? TextOf(Refusal refusal, Dialect dialect)
        {
            if (refusal.Message is null && refusal.Invalid is [{ Rules: [{ Description: { } description }, ..] }, ..])
                return description;
            var bytes = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(bytes))
                dialect.WriteError(json, refusal, "", "");
            return JsonElement.Parse(bytes.WrittenSpan).GetProperty("error").GetProperty("message").GetString();
        }

        /// <summary>Names of JSON schema rules; sufficient if the page gives no text.</summary>
        private IEnumerable<string> NamesOf(Refusal refusal) => Literals.Any(text => text.Contains(' ', StringComparison.Ordinal)) ? [] :
            refusal.Invalid.SelectMany(fault => fault.Rules ?? []).Select(broken => broken.Name).Where(name => name != "invalid");

        /// <summary>If the page describes a path in words, any path matches.</summary>
        private bool PathIs(string? path) =>
            Path is null
                || (Path == "–" ? path is null : !Path.StartsWith("`$", StringComparison.Ordinal)
                    || Literal().Match(Path).Groups[1].Value == path);
    }

    [GeneratedRegex(@"^\d+[a-z]?$")]
    private static partial Regex Number();

    [GeneratedRegex(@"\[.+\]\((.+)\.md\)")]
    private static partial Regex OtherPage();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\$(\d+)")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\b(INSERT INTO|UPDATE \w+( \w+)?\s+SET|DELETE FROM)\b")]
    private static partial Regex Writing();
}
