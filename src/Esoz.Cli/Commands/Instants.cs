using System.CommandLine.Parsing;
using System.Globalization;

namespace Esoz.Cli.Commands;

/// <summary>A span of time as users name it: <c>--from</c> and <c>--until</c>, the same for every list of what has happened.</summary>
internal static class Instants
{
    /// <summary>ISO 8601, also with a space in place of the T; without an offset it is UTC.</summary>
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mmK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>The first instant that is meant, in UTC; <c>--since</c> is the same option.</summary>
    public static Option<DateTime?> From() => new("--from", "--since")
    {
        HelpName = "TIME",
        Description = "From then on (UTC): 2026-11-30, 2026-11-30T14:00:00Z, or how long ago: 24h, 30d.",
        CustomParser = Parse,
    };

    /// <summary>The first instant that is not meant any more, in UTC.</summary>
    public static Option<DateTime?> Until() => new("--until")
    {
        HelpName = "TIME",
        Description = "Before then, in the same forms.",
        CustomParser = Parse,
    };

    private static DateTime? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant))
            return instant;
        if (Duration.TryParse(text) is { } ago)
            return DateTime.UtcNow - ago;
        argument.AddError($"'{text}' is neither an instant such as 2026-11-30T14:00:00Z nor a time ago such as 24h or 30d.");
        return null;
    }
}
