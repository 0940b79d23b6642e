namespace Esoz.Tests.Compositions;

/// <summary>
/// Time limit for cancelling a composition (compositions §6, check 4, and §13), to the day: counted from its signing in days of 24 hours.
/// </summary>
public sealed class CancelCompositionTaskLimitsTests(SigningRegistry usual, ReplacingRegistry replacing)
    : IClassFixture<SigningRegistry>, IClassFixture<ReplacingRegistry>
{
    /// <summary>In every row a later check fails too: what it replaced is not AMENDED.</summary>
    [Theory(DisplayName = "7 and 180 days; 365 for a reason that allows a replacement, when replacements are enabled")]
    [InlineData(false, "TEMP_DISABILITY", "INCORRECT_OTHER", 7)]
    [InlineData(false, "TEMP_DISABILITY", "INCORRECT_PATIENT", 7)]
    [InlineData(false, "NEWBORN", "TYPO", 180)]
    [InlineData(false, "NEWBORN", "INCORRECT_PATIENT", 180)]
    [InlineData(true, "TEMP_DISABILITY", "INCORRECT_OTHER", 7)]
    [InlineData(true, "TEMP_DISABILITY", "INCORRECT_CATEGORY", 365)]
    [InlineData(true, "TEMP_DISABILITY", "INCORRECT_DISABILITY_PERIOD", 365)]
    [InlineData(true, "TEMP_DISABILITY", "INCORRECT_INOXICATION", 365)]
    [InlineData(true, "TEMP_DISABILITY", "INCORRECT_PATIENT", 365)]
    [InlineData(true, "TEMP_DISABILITY", "INCORRECT_TRITMENT_VIOLATION", 365)]
    [InlineData(true, "NEWBORN", "TYPO", 180)]
    [InlineData(true, "NEWBORN", "INCORRECT_PATIENT", 365)]
    public async Task Limit(bool isReplacing, string type, string reason, int days)
    {
        SigningRegistry registry = isReplacing ? replacing : usual;
        var given = type == "NEWBORN" ? await CompositionCase.Newborn(registry) : await CompositionCase.Disability(registry);
        var id = await given.Existing(
            "2025-03-02", type == "NEWBORN" ? null : "2025-03-06", type: type, category: type == "NEWBORN" ? "LIVE_BIRTH" : "SICKNESS",
            subjectType: type == "NEWBORN" ? "preperson" : "person", signedAt: DateTime.UtcNow,
            relation: "replaces", relatesTo: await given.Existing("2025-03-02", "2025-03-06", "PRELIMINARY"));
        var key = await registry.KeyOf(given);

        Assert.Equal("1005: Can't cancel composition: too old",
            await ErrorAt(TimeSpan.FromDays(days) + TimeSpan.FromSeconds(1)));
        Assert.Equal("1136: Can't cancel composition: related composition is not AMENDED",
            await ErrorAt(TimeSpan.FromDays(days) - TimeSpan.FromMinutes(1)));

        async Task<string> ErrorAt(TimeSpan age)
        {
            await registry.Execute("UPDATE compositions SET signed_at = now() - $2 WHERE id = $1", id, age);
            return SigningRegistry.ErrorOf(
                await given.SendAndWait("cancel", id, registry.Signed(SigningRegistry.Cancellation(id, reason, type), key)));
        }
    }
}
