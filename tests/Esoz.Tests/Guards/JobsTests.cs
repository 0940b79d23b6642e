using System.Reflection;
using System.Text.RegularExpressions;
using Esoz.Platform;

namespace Esoz.Tests.Guards;

/// <summary>Jobs and tasks are written in one place, and their refusals are declared (docs/adr/0017-one-job-table.md).</summary>
public sealed partial class JobsTests
{
    [Fact(DisplayName = "Only Platform/Jobs names the tables of jobs and tasks")]
    public void Tables()
    {
        var naming = SourceTree.Areas().Select(area => $"src/Esoz/{area}").Prepend("src/Esoz.Platform")
            .SelectMany(folder => SourceTree.Files(folder, "*.cs"))
            .Where(path => Table().IsMatch(SourceTree.Read(path))).ToList();

        Assert.Contains("src/Esoz.Platform/Jobs/JobTable.Sql.cs", naming);
        Assert.All(naming, path => Assert.StartsWith("src/Esoz.Platform/Jobs/", path, StringComparison.Ordinal));
    }

    [Fact(DisplayName = "Every rule of the compositions is declared by a card, as its own or as one of the job that it starts")]
    public void Declared()
    {
        var declared = Methods.All.SelectMany(card => card.Validations.Concat(card.JobErrors))
            .Select(Text).ToHashSet();
        var rules = typeof(Methods).Assembly.GetTypes().Where(type => type.Namespace == "Esoz.Compositions")
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(Validation)).ToList();

        Assert.NotEmpty(rules);
        Assert.Empty(
            from field in rules
            let rule = (Validation)field.GetValue(null)!
            where !declared.Contains(Text(rule))
            select $"{field.DeclaringType!.Name}.{field.Name}");

        // A card may give a rule another number.
        static (string, Refusal) Text(Validation rule) => (rule.Rule, rule.Refusal with { RuleNumber = null });
    }

    [Fact(DisplayName = "The errors of a job are in the order of their numbers, each with a code of its own")]
    public void Order()
    {
        var cards = Methods.All.Where(card => card.JobErrors.Count > 0).ToList();

        Assert.Equal(3, cards.Count);
        foreach (var card in cards)
        {
            Assert.Equal(card.JobErrors.Select(rule => rule.Number).OrderBy(int.Parse), card.JobErrors.Select(rule => rule.Number));
            Assert.Equal(card.JobErrors.Count, card.JobErrors.Select(rule => rule.Refusal.Code!.Value.Number).Distinct().Count());
        }
    }

    [GeneratedRegex(@"\b(async_jobs|background_tasks)\b(?!</c>)")]
    private static partial Regex Table();
}
