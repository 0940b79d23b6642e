using System.Globalization;
using System.Text;
using Esoz.Platform;

namespace Esoz.Cli.Commands;

/// <summary>
/// <c>manual</c> and <c>completion</c>: the man page and the completion of bash, made from the commands themselves. Packages install both.
/// </summary>
public static class ManualCommand
{
    /// <summary>Asks the program what can follow, so that it is always that of the installed version.</summary>
    private const string Completion = """
        _esoz() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$("$1" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _esoz esoz

        """;

    private const string Head = """
        .SH NAME
        esoz \- open, self\-hostable central component of eHealth (ЕСОЗ)
        .SH SYNOPSIS
        .B esoz
        .I COMMAND
        [\fIARGUMENT\fR]... [\fIOPTION\fR]...
        .SH DESCRIPTION
        .B esoz serve
        runs the registry: API, worker, scheduler and web. The other commands administer its database and object store.

        """;

    private const string Tail = """
        .SH ENVIRONMENT
        Every setting is an environment variable, as
        .B esoz config show
        lists them and
        .B esoz config explain
        .I NAME
        explains them. Secrets may come from files:
        .IR NAME _FILE.
        .SH EXIT STATUS
        .TP
        .B 0
        done
        .TP
        .B 1
        failed, or a check has found something
        .TP
        .B 2
        called wrongly, or a setting is wrong
        .SH FILES
        .TP
        .I /etc/esoz/esoz.env
        settings of the services of the package
        .TP
        .I /var/lib/esoz
        their data directory
        .SH SEE ALSO
        .BR systemctl (1),
        .BR psql (1)

        """;

    public static Command Manual() =>
        new Command("manual", "Prints the man page. Needs no database.")
        .Runs(async (parsed, _) => await Console.Out.WriteAsync(Page(parsed.RootCommandResult.Command)));

    public static Command OfBash() =>
        new Command("completion", "Prints the completion of bash: source <(esoz completion). Needs no database.")
        .Runs(async (_, _) => await Console.Out.WriteAsync(Completion));

    private static string Page(Command root)
    {
        var page = new StringBuilder();
        page.AppendLine(CultureInfo.InvariantCulture, $".TH ESOZ 1 \"\" \"esoz {Escaped(BuildVersion.Number)}\" \"User Commands\"").Append(Head);
        page.AppendLine(".SH OPTIONS OF ALL COMMANDS");
        AppendOptions(page, root);
        page.AppendLine(".SH COMMANDS");
        foreach (var command in root.Subcommands)
            AppendCommand(page, command, "esoz");
        return page.Append(Tail).ToString();
    }

    /// <summary>A command with its options, then those below it.</summary>
    private static void AppendCommand(StringBuilder page, Command command, string parent)
    {
        if (command.Hidden)
            return;
        var name = $"{parent} {command.Name}";
        var arguments = string.Concat(command.Arguments.Select(argument => $" {argument.HelpName ?? argument.Name}"));
        page.AppendLine(CultureInfo.InvariantCulture, $".SS {Escaped(name)}{Escaped(arguments)}").AppendLine(Text(command.Description));
        foreach (var argument in command.Arguments)
            AppendItem(page, argument.HelpName ?? argument.Name, argument.Description);
        AppendOptions(page, command);
        foreach (var sub in command.Subcommands)
            AppendCommand(page, sub, name);
    }

    private static void AppendOptions(StringBuilder page, Command command)
    {
        foreach (var option in command.Options.Where(option => !option.Hidden))
            AppendItem(page, $"{option.Name}{(option.HelpName is { } value ? $" {value}" : "")}", option.Description);
    }

    private static void AppendItem(StringBuilder page, string name, string? description) => page
        .AppendLine(".TP").AppendLine(CultureInfo.InvariantCulture, $"\\fB{Escaped(name)}\\fR").AppendLine(Text(description));

    private static string Text(string? text) => string.IsNullOrEmpty(text) ? "\\&" : $"\\&{Escaped(text)}";

    /// <summary>Without what troff reads as commands: a backslash, and a hyphen that is to stay one.</summary>
    private static string Escaped(string text) => text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal)
        .ReplaceLineEndings(" ");
}
