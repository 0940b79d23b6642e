using Esoz.Compositions;

namespace Esoz.Tests.Compositions;

/// <summary>
/// Dictionaries of the compositions (compositions §15): the initial database content, and what the rules know in addition.
/// </summary>
public sealed class CompositionTermsTests(Registry registry) : IClassFixture<Registry>
{
    [Theory(DisplayName = "The dictionary holds the page's values")]
    [InlineData("COMPOSITION_TYPES", "NEWBORN TEMP_DISABILITY")]
    [InlineData(
        "COMPOSITION_CATEGORIES",
        "CHILD_CARE COVID19 FAMILY_CARE LIVE_BIRTH PARENTAL_CARE PREGNANCY PROSTHETIC QUARANTINE RESTORATION SICKNESS TEMP_TRANSFER")]
    [InlineData("COMPOSITION_EVENTS", "COMPOSITION_VALIDITY_PERIOD")]
    [InlineData("COMPOSITION_STATUS", "AMENDED ENTERED_IN_ERROR FINAL PRELIMINARY")]
    [InlineData("COMPOSITION_RELATION_CODE", "absent appends replaces transforms")]
    [InlineData(
        "COMPOSITION_CANCELLATION_REASONS_TEMP_DISABILITY",
        "INCORRECT_CATEGORY INCORRECT_DISABILITY_PERIOD INCORRECT_INOXICATION INCORRECT_OTHER INCORRECT_PATIENT INCORRECT_TRITMENT_VIOLATION")]
    [InlineData("COMPOSITION_CANCELLATION_REASONS_NEWBORN", "INCORRECT_PATIENT TYPO")]
    [InlineData("COMPOSITION_TREATMENT_VIOLATION", "reject_hospitalization reject_recommendation")]
    public async Task Values(string dictionary, string codes) => Assert.Equal(codes, await registry.Scalar<string>(
        """
        SELECT string_agg(value.code, ' ' ORDER BY value.code COLLATE "C")
          FROM dictionary_values value JOIN dictionaries dictionary ON dictionary.id = value.dictionary_id
         WHERE dictionary.name = $1 AND value.is_active
        """, dictionary));

    [Fact(DisplayName = "Every category of the page belongs to exactly one type")]
    public void Categories() => Assert.Equal(
        ["CHILD_CARE", "COVID19", "FAMILY_CARE", "LIVE_BIRTH", "PARENTAL_CARE", "PREGNANCY", "PROSTHETIC", "QUARANTINE", "RESTORATION",
            "SICKNESS", "TEMP_TRANSFER"],
        CompositionCategory.Of("NEWBORN").Concat(CompositionCategory.Of("TEMP_DISABILITY")).Order(StringComparer.Ordinal));
}
