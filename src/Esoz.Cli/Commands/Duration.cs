using System.CommandLine.Parsing;
using System.Globalization;

namespace Esoz.Cli.Commands;

/// <summary>Durations as users type them: a whole number and one of s, m, h, d.</summary>
public static class Duration
{
    private static readonly TimeSpan Max = TimeSpan.FromDays(36500);

    public static TimeSpan Parse(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (TryParse(text) is { } duration)
            return duration;
        argument.AddError($"'{text}' is not a duration; use a whole number with s, m, h or d, such as 30m or 365d.");
        return TimeSpan.Zero;
    }

    /// <summary>Null when the text is not a duration.</summary>
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
