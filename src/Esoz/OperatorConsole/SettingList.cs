using Esoz.Pages;

namespace Esoz.OperatorConsole;

/// <summary>The settings of this node, as <c>config show</c> prints them: never a secret.</summary>
/// <param name="OnlySet">Those whose value is not the default.</param>
public sealed record SettingList(ConsoleSession Session, string? Find, bool OnlySet, IReadOnlyList<SettingRow> Settings)
{
    public const string Path = ConsoleScreen.Root + "/settings";

    /// <summary>Value of the choice of <see cref="OnlySet"/>.</summary>
    public const string Set = "set";

    public static IReadOnlyList<(string Value, Words Text)> Sources { get; } = [(Set, new("Лише змінені", "Only those that were set"))];

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-settings", Path, ConsoleRole.OpsRead, Show);

    private static HtmlPage Show(HttpContext context, ConsoleSession session, ProgramState program)
    {
        var query = Parameters.OfQuery(context.Request);
        var (find, onlySet) = (query["find"]?.Trim(), query["source"] == Set);
        return HtmlPage.Of<SettingListPage, SettingList>(new(session, find, onlySet,
        [
            .. from row in program.Settings
               where !onlySet || row.Setting.Source != Platform.Configuration.SettingSources.Default
               where find is null || row.Setting.Name.Contains(find, StringComparison.OrdinalIgnoreCase)
                   || row.Meaning.Contains(find, StringComparison.OrdinalIgnoreCase)
               select row,
        ]));
    }
}
