using System.Globalization;
using System.Text.Json;
using Esoz.Platform.Configuration;

namespace Esoz.Compositions;

/// <summary>Settings of the compositions (compositions §13).</summary>
public sealed record CompositionOptions
{
    private const string PregnancyNew = "EMAL_VALIDATION_PREGNANCY_NEW_COMPOSITION_ALLOWED_PERIODS";
    private const string PregnancyAppended = "EMAL_VALIDATION_PREGNANCY_APPENDED_COMPOSITION_ALLOWED_PERIOD";
    private const string AuthorPositions = "EMAL_VALIDATION_AUTHOR_CATEGORIES_BY_POSITION";

    /// <summary>EMAL_COMPOSITION_FLOW_REPLACE_ENABLED: whether RC_7 is allowed at all.</summary>
    public required bool ReplaceEnabled { get; init; }
    public required CancellationLimits Newborn { get; init; }
    public required CancellationLimits Disability { get; init; }
    /// <summary>Allowed lengths in days of a PREGNANCY conclusion that relates to none or replaces another; empty = any.</summary>
    public required IReadOnlyList<int> PregnancyNewPeriods { get; init; }
    /// <summary>The same for a conclusion that appends another.</summary>
    public required IReadOnlyList<int> PregnancyAppendedPeriods { get; init; }
    /// <summary>Positions that an author needs, by category; a category that is not listed allows any position.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> PositionsByCategory { get; init; }
    /// <summary>RC_6: whether the preperson must have been identified as the person.</summary>
    public required bool RefinementRequiresIdentification { get; init; }
    /// <summary>Largest limit of searchCompositions.</summary>
    public required int SearchMaxLimit { get; init; }
    /// <summary>Envelope of getComposition and searchCompositions.</summary>
    public required ReadEnvelope ReadEnvelope { get; init; }

    /// <summary>The limits of one composition type.</summary>
    public CancellationLimits LimitsOf(string type) => type == CompositionType.Newborn ? Newborn : Disability;

    /// <summary>Success of getComposition or searchCompositions.</summary>
    internal Reply Read(object data) => ReadEnvelope == ReadEnvelope.None ? Reply.Bare(data) : Reply.Data(data);

    /// <summary>The settings that clients read (compositions §17); one that allows any value is left out.</summary>
    internal IEnumerable<PublishedSetting> Published =>
        new PublishedSetting[]
        {
            new(CompositionType.Disability, CompositionCategory.Pregnancy, PregnancyNew, ToJson(PregnancyNewPeriods)),
            new(CompositionType.Disability, CompositionCategory.Pregnancy, PregnancyAppended, ToJson(PregnancyAppendedPeriods)),
        }
        .Where(setting => setting.Value.GetArrayLength() > 0)
        .Concat(PositionsByCategory.Select(
            it => new PublishedSetting(CompositionCategory.TypeOf(it.Key)!, it.Key, AuthorPositions, ToJson(it.Value))));

    public static CompositionOptions Read(SettingReader read) => new()
    {
        ReplaceEnabled = read.Flag("EMAL_COMPOSITION_FLOW_REPLACE_ENABLED", false),
        Newborn = CancellationLimits.Read(read, CompositionType.Newborn, "max-duration-days:180", CompositionTerms.WrongPatient),
        Disability = CancellationLimits.Read(read, "DISABILITY", "max-duration-days:7",
            "INCORRECT_CATEGORY, INCORRECT_DISABILITY_PERIOD, INCORRECT_INOXICATION, INCORRECT_PATIENT, INCORRECT_TRITMENT_VIOLATION"),
        PregnancyNewPeriods = read.Parsed(PregnancyNew, "126, 140", Days),
        PregnancyAppendedPeriods = read.Parsed(PregnancyAppended, "14", Days),
        PositionsByCategory = read.Parsed(
            AuthorPositions, $$"""{"{{CompositionCategory.LiveBirth}}":["P5","P6","P8","P34","P103"]}""", Positions),
        RefinementRequiresIdentification = read.Flag("COMPOSITION_REFINEMENT_REQUIRES_IDENTIFICATION", true),
        SearchMaxLimit = read.Integer("COMPOSITION_SEARCH_MAX_LIMIT", 300, 1, 10_000),
        ReadEnvelope = read.Choice("MC_READ_ENVELOPE", ReadEnvelope.Data),
    };

    private static int[] Days(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(days => int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
                : throw new FormatException($"must be whole numbers of days separated by commas, but is '{text}'"))];

    private static Dictionary<string, IReadOnlyList<string>> Positions(string text)
    {
        if (text.Length == 0)
            return [];
        Dictionary<string, string[]?>? positions = null;
        try
        {
            positions = JsonSerializer.Deserialize<Dictionary<string, string[]?>>(text);
        }
        catch (JsonException)
        {
            // Reported below, as the other wrong forms are.
        }
        if (positions is null || positions.Values.Any(list => list is null || list.Contains(null)))
            throw new FormatException($$"""must have the form {"{{CompositionCategory.LiveBirth}}":["P5"]}, but is '{{text}}'""");
        return positions.Keys.FirstOrDefault(category => CompositionCategory.TypeOf(category) is null) is { } unknown
            ? throw new FormatException($"names the category {unknown}, which does not exist")
            : positions.ToDictionary(it => it.Key, it => (IReadOnlyList<string>)it.Value!);
    }

    private static JsonElement ToJson<T>(IReadOnlyList<T> values) => JsonSerializer.SerializeToElement(values);
}

/// <summary>Envelope of the answers of getComposition and searchCompositions (platform §6).</summary>
public enum ReadEnvelope
{
    /// <summary><c>{"data":…}</c></summary>
    Data,
    /// <summary>The bare object or array, as in the published schema.</summary>
    None,
}

/// <summary>A setting as clients read it.</summary>
/// <param name="Name">Name of the setting.</param>
/// <param name="Value">The allowed values, an array.</param>
internal sealed record PublishedSetting(string Type, string Category, string Name, JsonElement Value);

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
