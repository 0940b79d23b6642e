using System.Text.RegularExpressions;
using Esoz.Platform.Configuration;

namespace Esoz.Tests.Guards;

/// <summary>The settings table of docs/operations.md is the list of settings.</summary>
public sealed partial class SettingsTests
{
    [Fact(DisplayName = "Every setting that is read is documented in docs/operations.md, and every one documented there is read")]
    public void Documented()
    {
        var reader = new SettingReader(new Dictionary<string, string>());
        Settings.Read(reader);
        var text = SourceTree.Read("docs/operations.md");
        var start = text.IndexOf("## Settings\n", StringComparison.Ordinal);
        var end = text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        var table = end < 0 ? text[start..] : text[start..end];

        var documented = Row().Matches(table).SelectMany(row => Name().Matches(row.Groups[1].Value)).Select(name => name.Groups[1].Value);

        // NAME_FILE exists for every secret and is described once, above the tables.
        var settings = reader.Known.Where(name => !name.EndsWith("_FILE", StringComparison.Ordinal));
        Assert.Equal(settings, documented.Order(StringComparer.Ordinal));
    }

    /// <summary>First cell of a row.</summary>
    [GeneratedRegex(@"^\| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`([A-Z][A-Z0-9_]+)`")]
    private static partial Regex Name();
}
