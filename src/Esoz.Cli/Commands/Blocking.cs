using System.CommandLine;

namespace Esoz.Cli.Commands;

/// <summary>What <c>block</c> and <c>unblock</c> print.</summary>
internal static class Blocking
{
    public static async Task<int> Report(ParseResult parsed, Guid id, bool isBlocked)
    {
        if (parsed.GetValue(CommandLine.Json))
            await Console.Out.WriteAsync(CommandLine.AsJson(new { Id = id, IsBlocked = isBlocked }));
        else
            await Console.Error.WriteLineAsync(isBlocked ? "Blocked." : "Unblocked.");
        return CommandLine.Done;
    }
}
