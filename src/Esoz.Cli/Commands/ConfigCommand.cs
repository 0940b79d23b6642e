using System.CommandLine;
using Esoz.Platform.Configuration;

namespace Esoz.Cli.Commands;

/// <summary><c>config show</c> and <c>config explain</c>: the settings of this run and where they come from, without secrets.</summary>
public static class ConfigCommand
{
    public static Command Create() => new("config", "Settings.") { Show(), Explain() };

    private static Command Show()
    {
        var command = new Command("show", "Shows every setting with its value and where the value comes from. Never shows a secret.") {
            CommandLine.Json };
        command.SetAction(async (parsed, _) =>
        {
            var (settings, sources, exit) = await Read(parsed);
            if (parsed.GetValue(CommandLine.Json))
            {
                await Console.Out.WriteAsync(CommandLine.AsJson(
                    settings.Select(it => new { it.Name, Value = it.Shown, Source = sources.Of(it.Name), it.IsSecret })));
                return exit;
            }
            var table = new Table("name", "source", "value");
            foreach (var it in settings)
                table.Add(it.Name, sources.Of(it.Name), it.Shown);
            await Console.Out.WriteAsync(table.ToString());
            return exit;
        });
        return command;
    }

    private static Command Explain()
    {
        var name = new Argument<string>("NAME") { Description = "Name of a setting, such as ESOZ_MODE." };
        var command = new Command("explain", "Explains one setting: value, source, default and meaning.") { name, CommandLine.Json };
        command.SetAction(async (parsed, _) =>
        {
            var asked = parsed.GetValue(name)!;
            var (settings, sources, exit) = await Read(parsed);
            var setting = settings.FirstOrDefault(it => string.Equals(it.Name, asked, StringComparison.OrdinalIgnoreCase))
                ?? throw new UsageException($"{asked} is not a setting. Did you mean {Nearest.To(asked, settings.Select(it => it.Name))}?");
            var page = SettingPages.Of(setting.Name);
            if (parsed.GetValue(CommandLine.Json))
                await Console.Out.WriteAsync(CommandLine.AsJson(new
                {
                    setting.Name,
                    Value = setting.Shown,
                    Source = sources.Of(setting.Name),
                    setting.IsSecret,
                    page.Default,
                    page.Meaning,
                }));
            else
                await Console.Out.WriteLineAsync($"""
                    {setting.Name}
                    value    {setting.Shown}
                    source   {sources.Of(setting.Name)}
                    default  {page.Default}
                    meaning  {page.Meaning}
                    """);
            return exit;
        });
        return command;
    }

    /// <summary>Settings with faults are shown as well: they are what the reader looks for.</summary>
    private static async Task<(IReadOnlyList<Setting> Settings, SettingSources Sources, int Exit)> Read(ParseResult parsed)
    {
        var reader = CommandLine.Reader(parsed, out var sources);
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
        return ([.. reader.Read], sources, exit);
    }
}
