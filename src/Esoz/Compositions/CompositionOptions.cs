using System.Globalization;
using Esoz.Platform.Configuration;

namespace Esoz.Compositions;

/// <summary>Settings of the compositions (compositions §13).</summary>
public sealed record CompositionOptions
{
    /// <summary>EMAL_COMPOSITION_FLOW_REPLACE_ENABLED: whether RC_7 is allowed at all.</summary>
    public required bool ReplaceEnabled { get; init; }
    public required CancellationLimits Newborn { get; init; }
    public required CancellationLimits Disability { get; init; }
    /// <summary>Allowed lengths in days of a PREGNANCY conclusion that relates to none; empty = any.</summary>
    public required IReadOnlyList<int> PregnancyNewDays { get; init; }
    /// <summary>The same for a conclusion that appends another.</summary>
    public required IReadOnlyList<int> PregnancyAppendedDays { get; init; }

    /// <summary>The limits of one composition type.</summary>
    public CancellationLimits LimitsOf(string type) => type == CompositionType.Newborn ? Newborn : Disability;

    public static CompositionOptions Read(SettingReader read) => new()
    {
        ReplaceEnabled = read.Flag("EMAL_COMPOSITION_FLOW_REPLACE_ENABLED", false),
        Newborn = CancellationLimits.Read(read, CompositionType.Newborn, "max-duration-days:180", "INCORRECT_PATIENT"),
        Disability = CancellationLimits.Read(read, "DISABILITY", "max-duration-days:7",
            "INCORRECT_CATEGORY, INCORRECT_DISABILITY_PERIOD, INCORRECT_INOXICATION, INCORRECT_PATIENT, INCORRECT_TRITMENT_VIOLATION"),
        PregnancyNewDays = read.Parsed("EMAL_VALIDATION_PREGNANCY_NEW_DAYS", "", Days),
        PregnancyAppendedDays = read.Parsed("EMAL_VALIDATION_PREGNANCY_APPENDED_DAYS", "", Days),
    };

    private static int[] Days(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(days => int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
                : throw new FormatException($"must be whole numbers of days separated by commas, but is '{text}'"))];
}

/// <summary>Age limits and reasons for cancelling and replacing a composition of one type.</summary>
/// <param name="Cancel">Maximum age at which it can be cancelled, counted from its signing.</param>
/// <param name="CancelForReplacement">The same while replacement is enabled and the reason is one of
/// <paramref name="ReplacementReasons"/>.</param>
/// <param name="ReplacementReasons">Cancellation reasons after which it may be replaced (RC_7).</param>
public sealed record CancellationLimits(TimeSpan Cancel, TimeSpan CancelForReplacement, IReadOnlyList<string> ReplacementReasons)
{
    private const string Form = "max-duration-days:";

    internal static CancellationLimits Read(SettingReader read, string type, string cancel, string reasons) => new(
        read.Parsed($"EMAL_FILTER_CANCEL_TIMEOUT_{type}", cancel, MaxDuration),
        read.Parsed($"EMAL_FILTER_REPLACEMENT_CANCEL_TIMEOUT_{type}", "max-duration-days:365", MaxDuration),
        read.Parsed($"EMAL_REPLACEMENT_FLOW_{type}_ALLOWED_CANCELLATION_REASONS", reasons,
            text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));

    private static TimeSpan MaxDuration(string text) =>
        text.StartsWith(Form, StringComparison.Ordinal)
            && ushort.TryParse(text.AsSpan(Form.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            ? TimeSpan.FromDays(days)
            : throw new FormatException($"must have the form {Form}180, but is '{text}'");
}
