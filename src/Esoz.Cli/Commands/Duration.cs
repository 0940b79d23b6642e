using System.CommandLine.Parsing;
using System.Globalization;

namespace Esoz.Cli.Commands;

/// <summary>Durations as users type them: a whole number and one of s, m, h, d.</summary>
public static class Duration
{
    private static readonly TimeSpan Max = TimeSpan.FromDays(36500);

    /// <summary>Parser of a lifetime that is at most so many days.</summary>
    public static Func<ArgumentResult, TimeSpan> UpTo(int days) => argument =>
    {
        var text = argument.Tokens[0].Value;
        if (TryParse(text) is not { } duration)
            argument.AddError($"'{text}' is not a duration; use a whole number with s, m, h or d, such as 30m or 90d.");
        else if (duration > TimeSpan.FromDays(days))
            argument.AddError($"'{text}' is too long: {days}d is the longest {argument.Argument.Name}.");
        else
            return duration;
        return TimeSpan.Zero;
    };

    /// <summary>Null when the text is not a duration of at most a hundred years.</summary>
    public static TimeSpan? TryParse(string text)
    {
        var unit = text.Length < 2 ? TimeSpan.Zero : text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        return unit > TimeSpan.Zero && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            && count <= Max / unit ? count * unit : null;
    }
}
