using Esoz.Compositions;
using Esoz.Platform.Configuration;

namespace Esoz.Tests.Compositions;

/// <summary>Settings of compositions §13.</summary>
public sealed class CompositionOptionsTests
{
    [Fact(DisplayName = "The defaults are the page's")]
    public void Defaults()
    {
        var options = Read();

        Assert.False(options.ReplaceEnabled);
        Assert.Equal((180, 365, "INCORRECT_PATIENT"), Of(options.LimitsOf("NEWBORN")));
        Assert.Equal(
            (7, 365, "INCORRECT_CATEGORY INCORRECT_DISABILITY_PERIOD INCORRECT_INOXICATION INCORRECT_PATIENT INCORRECT_TRITMENT_VIOLATION"),
            Of(options.LimitsOf("TEMP_DISABILITY")));
        Assert.Equal([126, 140], options.PregnancyNewPeriods);
        Assert.Equal([14], options.PregnancyAppendedPeriods);
        Assert.Equal("LIVE_BIRTH: P5 P6 P8 P34 P103", Positions(options));
        Assert.True(options.RefinementRequiresIdentification);
        Assert.Equal((300, ReadEnvelope.Data), (options.SearchMaxLimit, options.ReadEnvelope));
    }

    [Fact(DisplayName = "Each setting is read")]
    public void Given()
    {
        var options = Read(
            ("EMAL_COMPOSITION_FLOW_REPLACE_ENABLED", "TRUE"),
            ("EMAL_FILTER_CANCEL_TIMEOUT_NEWBORN", "max-duration-days:1"),
            ("EMAL_FILTER_CANCEL_TIMEOUT_DISABILITY", "max-duration-days:2"),
            ("EMAL_FILTER_REPLACEMENT_CANCEL_TIMEOUT_NEWBORN", "max-duration-days:3"),
            ("EMAL_FILTER_REPLACEMENT_CANCEL_TIMEOUT_DISABILITY", "max-duration-days:4"),
            ("EMAL_REPLACEMENT_FLOW_NEWBORN_ALLOWED_CANCELLATION_REASONS", "TYPO"),
            ("EMAL_REPLACEMENT_FLOW_DISABILITY_ALLOWED_CANCELLATION_REASONS", " INCORRECT_OTHER,,INCORRECT_PATIENT "),
            ("EMAL_VALIDATION_PREGNANCY_NEW_COMPOSITION_ALLOWED_PERIODS", "56, 70"),
            ("EMAL_VALIDATION_PREGNANCY_APPENDED_COMPOSITION_ALLOWED_PERIOD", "15"),
            ("EMAL_VALIDATION_AUTHOR_CATEGORIES_BY_POSITION", """{"LIVE_BIRTH":["P34"],"COVID19":["P7","P8"]}"""),
            ("COMPOSITION_REFINEMENT_REQUIRES_IDENTIFICATION", "false"),
            ("COMPOSITION_SEARCH_MAX_LIMIT", "50"),
            ("MC_READ_ENVELOPE", "none"));

        Assert.True(options.ReplaceEnabled);
        Assert.Equal((1, 3, "TYPO"), Of(options.LimitsOf("NEWBORN")));
        Assert.Equal((2, 4, "INCORRECT_OTHER INCORRECT_PATIENT"), Of(options.LimitsOf("TEMP_DISABILITY")));
        Assert.Equal([56, 70], options.PregnancyNewPeriods);
        Assert.Equal([15], options.PregnancyAppendedPeriods);
        Assert.Equal("LIVE_BIRTH: P34; COVID19: P7 P8", Positions(options));
        Assert.False(options.RefinementRequiresIdentification);
        Assert.Equal((50, ReadEnvelope.None), (options.SearchMaxLimit, options.ReadEnvelope));
    }

    [Fact(DisplayName = "Empty lists are values: no reason to replace, any length, any position")]
    public void Empty()
    {
        var options = Read(
            ("EMAL_REPLACEMENT_FLOW_NEWBORN_ALLOWED_CANCELLATION_REASONS", ""),
            ("EMAL_VALIDATION_PREGNANCY_NEW_COMPOSITION_ALLOWED_PERIODS", " , "),
            ("EMAL_VALIDATION_AUTHOR_CATEGORIES_BY_POSITION", ""));

        Assert.Empty(options.LimitsOf("NEWBORN").ReplacementReasons);
        Assert.Empty(options.PregnancyNewPeriods);
        Assert.Empty(options.PositionsByCategory);
    }

    [Theory(DisplayName = "A malformed value stops the start, and the message has the expected form")]
    [InlineData(
        "EMAL_COMPOSITION_FLOW_REPLACE_ENABLED", "yes", "EMAL_COMPOSITION_FLOW_REPLACE_ENABLED must be true or false, but is 'yes'")]
    [InlineData("EMAL_FILTER_CANCEL_TIMEOUT_NEWBORN", "180",
        "EMAL_FILTER_CANCEL_TIMEOUT_NEWBORN: must have the form max-duration-days:180, but is '180'")]
    [InlineData("EMAL_FILTER_CANCEL_TIMEOUT_DISABILITY", "max-duration-days:",
        "EMAL_FILTER_CANCEL_TIMEOUT_DISABILITY: must have the form max-duration-days:180, but is 'max-duration-days:'")]
    [InlineData("EMAL_FILTER_REPLACEMENT_CANCEL_TIMEOUT_NEWBORN", "max-duration-days:-1",
        "EMAL_FILTER_REPLACEMENT_CANCEL_TIMEOUT_NEWBORN: must have the form max-duration-days:180, but is 'max-duration-days:-1'")]
    [InlineData("EMAL_FILTER_REPLACEMENT_CANCEL_TIMEOUT_DISABILITY", "",
        "EMAL_FILTER_REPLACEMENT_CANCEL_TIMEOUT_DISABILITY: must have the form max-duration-days:180, but is ''")]
    [InlineData("EMAL_VALIDATION_PREGNANCY_NEW_COMPOSITION_ALLOWED_PERIODS", "126;140",
        "EMAL_VALIDATION_PREGNANCY_NEW_COMPOSITION_ALLOWED_PERIODS: must be whole numbers of days separated by commas, but is '126;140'")]
    [InlineData("EMAL_VALIDATION_PREGNANCY_APPENDED_COMPOSITION_ALLOWED_PERIOD", "14.5",
        "EMAL_VALIDATION_PREGNANCY_APPENDED_COMPOSITION_ALLOWED_PERIOD: must be whole numbers of days separated by commas, but is '14.5'")]
    [InlineData("EMAL_VALIDATION_PREGNANCY_NEW_DAYS", "126", "EMAL_VALIDATION_PREGNANCY_NEW_DAYS is not a setting")]
    [InlineData("EMAL_VALIDATION_AUTHOR_CATEGORIES_BY_POSITION", "P5",
        """EMAL_VALIDATION_AUTHOR_CATEGORIES_BY_POSITION: must have the form {"LIVE_BIRTH":["P5"]}, but is 'P5'""")]
    [InlineData("EMAL_VALIDATION_AUTHOR_CATEGORIES_BY_POSITION", """{"LIVE_BIRTH":[5]}""",
        """EMAL_VALIDATION_AUTHOR_CATEGORIES_BY_POSITION: must have the form {"LIVE_BIRTH":["P5"]}, but is '{"LIVE_BIRTH":[5]}'""")]
    [InlineData("EMAL_VALIDATION_AUTHOR_CATEGORIES_BY_POSITION", """{"LIVE_BIRTH":null}""",
        """EMAL_VALIDATION_AUTHOR_CATEGORIES_BY_POSITION: must have the form {"LIVE_BIRTH":["P5"]}, but is '{"LIVE_BIRTH":null}'""")]
    [InlineData("EMAL_VALIDATION_AUTHOR_CATEGORIES_BY_POSITION", """{"BIRTH":["P5"]}""",
        "EMAL_VALIDATION_AUTHOR_CATEGORIES_BY_POSITION: names the category BIRTH, which does not exist")]
    [InlineData("COMPOSITION_SEARCH_MAX_LIMIT", "0", "COMPOSITION_SEARCH_MAX_LIMIT must be a whole number from 1 to 10000, but is '0'")]
    [InlineData("MC_READ_ENVELOPE", "bare", "MC_READ_ENVELOPE must be one of data, none, but is 'bare'")]
    public void Faults(string name, string value, string fault) => Assert.Contains(fault, Assert.Single(Assert.Throws<SettingsException>(
        () => Settings.Read(new Dictionary<string, string> { [name] = value })).Faults), StringComparison.Ordinal);

    private static (int Days, int ReplacementDays, string Reasons) Of(CancellationLimits limits) =>
        ((int)limits.Cancel.TotalDays, (int)limits.CancelForReplacement.TotalDays, string.Join(' ', limits.ReplacementReasons));

    private static string Positions(CompositionOptions options) =>
        string.Join("; ", options.PositionsByCategory.Select(it => $"{it.Key}: {string.Join(' ', it.Value)}"));

    private static CompositionOptions Read(params (string Name, string Value)[] settings) =>
        CompositionOptions.Read(new SettingReader(settings.ToDictionary(it => it.Name, it => it.Value)));
}
