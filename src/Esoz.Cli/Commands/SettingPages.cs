using System.Text.RegularExpressions;

namespace Esoz.Cli.Commands;

/// <summary>What docs/operations.md says about a setting. A guard test holds its tables and the settings together.</summary>
internal static partial class SettingPages
{
    private const string Resource = "operations.md";

    /// <summary>Default and meaning as the page has them; a row may be about several settings.</summary>
    public static (string Default, string Meaning) Of(string name)
    {
        using var page = new StreamReader(typeof(SettingPages).Assembly.GetManifestResourceStream(Resource)!);
        var row = Row().Matches(page.ReadToEnd())
            .First(row => row.Groups[1].Value.Contains($"`{name}`", StringComparison.Ordinal));
        return (Plain(row.Groups[2].Value), Plain(row.Groups[3].Value));
    }

    private static string Plain(string cell) => cell.Replace("`", "", StringComparison.Ordinal).Trim();

    [GeneratedRegex(@"^\| ([^|]+) \| ([^|]*) \| (.*) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
