using System.CommandLine.Parsing;
using Esoz.Platform.Configuration;

namespace Esoz.Cli.Commands;

/// <summary>Explains a call that the command line does not understand.</summary>
internal static class WrongCall
{
    /// <summary>One sentence for every mistake; for an incomplete command its help as well.</summary>
    public static string Explain(ParseResult parsed)
    {
        var result = parsed.CommandResult;
        if (parsed.UnmatchedTokens is [var first, ..])
            return $"{Unknown(first, result)} Try {Path(result)} --help.";
        if (IsIncomplete(result))
            return $"{Path(result)} needs one of: {string.Join(", ", Subcommands(result))}.\n\n{Help(parsed)}";
        return string.Join(Environment.NewLine, [.. parsed.Errors.Select(error => error.Message), $"Try {Path(result)} --help."]);
    }

    private static bool IsIncomplete(CommandResult result) => result.Command is { Action: null, Subcommands.Count: > 0 };

    private static string Unknown(string token, CommandResult result)
    {
        var isOption = token.StartsWith('-');
        IReadOnlyList<string> known = isOption ? [.. Options(result)] : [.. Subcommands(result)];
        var what = isOption || known.Count == 0 ? $"'{token}' is not an option or argument of {Path(result)}"
            : $"'{token}' is not a command of {Path(result)}";
        return Nearest.Like(token, known) is { } near ? $"{what}; did you mean {near}?" : $"{what}.";
    }

    private static IEnumerable<string> Options(CommandResult result)
    {
        for (SymbolResult? at = result; at is not null; at = at.Parent)
        {
            if (at is not CommandResult command)
                continue;
            foreach (var option in command.Command.Options.Where(option => command == result || option.Recursive))
            {
                yield return option.Name;
                foreach (var alias in option.Aliases)
                    yield return alias;
            }
        }
    }

    private static IEnumerable<string> Subcommands(CommandResult result) => result.Command.Subcommands.Select(command => command.Name);

    private static string Path(CommandResult result) => string.Join(' ', Names(result));

    private static IEnumerable<string> Names(CommandResult result) =>
        [.. result.Parent is CommandResult parent ? Names(parent) : [], result.Command.Name];

    private static string Help(ParseResult parsed)
    {
        using var help = new StringWriter();
        parsed.RootCommandResult.Command.Parse([.. Names(parsed.CommandResult).Skip(1), "--help"])
            .Invoke(new InvocationConfiguration { Output = help });
        var text = help.ToString().TrimEnd();
        return Sandbox.Parts?.Shown(text) ?? text;
    }
}
