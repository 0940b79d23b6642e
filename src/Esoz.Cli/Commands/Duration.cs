using System.CommandLine.Parsing;
using System.Globalization;

namespace Esoz.Cli.Commands;

/// <summary>Durations as users type them: a whole number and one of s, m, h, d.</summary>
public static class Duration
{
    /// <summary>Parser of a lifetime that is at most so many days.</summary>
    public static Func<ArgumentResult, TimeSpan> UpTo(int days) => argument => Parse(argument, days);

    private static TimeSpan Parse(ArgumentResult argument, int days)
    {
        var text = argument.Tokens[0].Value;
        var unit = text.Length < 2 ? TimeSpan.Zero : text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
        if (unit > TimeSpan.Zero && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
        {
            if (count <= TimeSpan.FromDays(days) / unit)
                return count * unit;
            argument.AddError($"'{text}' is too long: {days}d is the longest {argument.Argument.Name}.");
            return TimeSpan.Zero;
        }
        argument.AddError($"'{text}' is not a duration; use a whole number with s, m, h or d, such as 30m or 90d.");
        return TimeSpan.Zero;
    }
}
