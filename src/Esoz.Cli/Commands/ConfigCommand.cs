using Esoz.Platform.Configuration;

namespace Esoz.Cli.Commands;

/// <summary><c>config show</c> and <c>config explain</c>: the settings of this run and where they come from, without secrets.</summary>
public static class ConfigCommand
{
    public static Command Create() => new("config", "Settings.") { Show(), Explain() };

    private static Command Show() =>
        new Command("show", "Shows every setting with its value and where the value comes from. Never shows a secret.")
        { CommandLine.Json }.Runs(async (parsed, _) =>
        {
            var (settings, exit) = await Read(parsed);
            var shown = settings.Select(it => new { it.Name, Value = it.Shown, it.Source, it.IsSecret });
            await CommandLine.Print(parsed, shown, all => Table.Of(all, ["name", "source", "value"], it => [it.Name, it.Source, it.Value]));
            return exit;
        });

    private static Command Explain()
    {
        var name = new Argument<string>("NAME") { Description = "Name of a setting, such as ESOZ_MODE." };
        return new Command("explain", "Explains one setting: value, source, default and meaning.")
        { name, CommandLine.Json }.Runs(async (parsed, _) =>
        {
            var asked = parsed.GetValue(name)!;
            var (settings, exit) = await Read(parsed);
            var setting = settings.FirstOrDefault(it => string.Equals(it.Name, asked, StringComparison.OrdinalIgnoreCase))
                ?? throw new UsageException($"{asked} is not a setting. Did you mean {Nearest.To(asked, settings.Select(it => it.Name))}?");
            var page = SettingPage.Of(setting.Name);
            await CommandLine.Print(parsed,
                new { setting.Name, Value = setting.Shown, setting.Source, setting.IsSecret, page.Default, page.Meaning },
                it => $"""
                    {it.Name}
                    value    {it.Value}
                    source   {it.Source}
                    default  {it.Default}
                    meaning  {it.Meaning}

                    """);
            return exit;
        });
    }

    /// <summary>Settings with faults are shown as well: they are what the reader looks for.</summary>
    private static async Task<(IReadOnlyList<Setting> Settings, int Exit)> Read(ParseResult parsed)
    {
        var reader = CommandLine.Reader(parsed, out _);
        var exit = CommandLine.Done;
        try
        {
            Settings.Read(reader);
        }
        catch (SettingsException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            exit = CommandLine.WrongUsage;
        }
        return ([.. reader.Read], exit);
    }
}
