using System.CommandLine;
using Esoz.Cli.Commands;

namespace Esoz.Tests.Cli.Commands;

/// <summary>The whole table of commands.</summary>
public sealed class EsozCommandTests
{
    [Fact(DisplayName = "Every command prints JSON for scripts, but for those that print nothing else, and the server")]
    public void Json()
    {
        var others = Commands(EsozCommand.Create(), "").Where(it => !it.Command.Options.Contains(CommandLine.Json)).Select(it => it.Name);

        Assert.Equal(["serve", "journal export", "openapi", "manual", "completion"], others);
    }

    [Fact(DisplayName = "Every command, option and argument says what it is")]
    public void Described()
    {
        var silent = from it in Commands(EsozCommand.Create(), "")
                     from symbol in it.Command.Options.Cast<Symbol>().Concat(it.Command.Arguments).Append(it.Command)
                     where string.IsNullOrEmpty(symbol.Description)
                     select $"{it.Name}: {symbol.Name}";

        Assert.Empty(silent);
    }

    /// <summary>Commands that do something, with the words that call them.</summary>
    private static IEnumerable<(string Name, Command Command)> Commands(Command command, string name) => command.Subcommands.Count == 0
        ? [(name, command)]
        : command.Subcommands.SelectMany(part => Commands(part, $"{name} {part.Name}".Trim()));
}
