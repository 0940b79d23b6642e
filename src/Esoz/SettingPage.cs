using System.Text.RegularExpressions;

namespace Esoz;

/// <summary>What docs/operations.md says about a setting. A guard test holds its tables and the settings together.</summary>
/// <param name="Section">Heading of the table.</param>
/// <param name="Default">As the page has it.</param>
/// <param name="Meaning">As the page has it; a row may be about several settings.</param>
public sealed partial record SettingPage(string Section, string Default, string Meaning)
{
    /// <summary>Line of the page, by which settings stand in its order.</summary>
    public int Line { get; private init; }

    private const string Resource = "docs/operations.md";

    private static readonly Lazy<Dictionary<string, SettingPage>> All = new(Read);

    public static SettingPage Of(string name) => All.Value[name];

    private static Dictionary<string, SettingPage> Read()
    {
        using var page = new StreamReader(typeof(SettingPage).Assembly.GetManifestResourceStream(Resource)!);
        var (section, all) = ("", new Dictionary<string, SettingPage>());
        for (var number = 1; page.ReadLine() is { } line; number++)
        {
            if (Heading().Match(line) is { Success: true } heading)
                section = heading.Groups[1].Value;
            else if (Row().Match(line) is { Success: true } row)
            {
                var meant = new SettingPage(section, Plain(row.Groups[2].Value), Plain(row.Groups[3].Value)) { Line = number };
                foreach (Match name in Name().Matches(row.Groups[1].Value))
                    all.TryAdd(name.Groups[1].Value, meant);
            }
        }
        return all;
    }

    /// <summary>Without marks of code, and of links only their words.</summary>
    private static string Plain(string cell) => Link().Replace(cell, "$1").Replace("`", "", StringComparison.Ordinal).Trim();

    [GeneratedRegex(@"^\*\*([^*]+)\*\*")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| ([^|]+) \| ([^|]*) \| (.*) \|$")]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Z][A-Z0-9_]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"\[([^\]]+)\]\([^)]+\)")]
    private static partial Regex Link();
}
