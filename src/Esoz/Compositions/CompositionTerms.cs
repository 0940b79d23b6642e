namespace Esoz.Compositions;

/// <summary>
/// Codes of the compositions that rules depend on (compositions §2, §15). МВТН = <see cref="Disability"/>, МВН = <see cref="Newborn"/>. The
/// dictionaries of the database define the codes in use; the page defines which category belongs to which type.
/// </summary>
public static class CompositionTerms
{
    public const string Disability = "TEMP_DISABILITY";
    public const string Newborn = "NEWBORN";

    public const string TypeSystem = "COMPOSITION_TYPES";
    public const string CategorySystem = "COMPOSITION_CATEGORIES";
    public const string EventSystem = "COMPOSITION_EVENTS";
    public const string ValidityPeriod = "COMPOSITION_VALIDITY_PERIOD";
    public const string ResourceSystem = "eHealth/resources";
    public const string TreatmentViolationSystem = "COMPOSITION_TREATMENT_VIOLATION";

    public const string Person = "person";
    public const string Preperson = "preperson";

    public const string Appends = "appends";
    public const string Replaces = "replaces";
    public const string Transforms = "transforms";

    public const string Pregnancy = "PREGNANCY";

    /// <summary>Statuses accepted in requests.</summary>
    public static readonly string[] StatusesOnInput = ["PRELIMINARY", "FINAL", "AMENDED", "ENTERED_IN_ERROR", "ENTERED-IN-ERROR"];

    private static readonly string[] NewbornCategories = ["LIVE_BIRTH"];

    private static readonly string[] DisabilityCategories =
    [
        "SICKNESS", "CHILD_CARE", "FAMILY_CARE", "PARENTAL_CARE", Pregnancy, "QUARANTINE", "COVID19", "TEMP_TRANSFER", "PROSTHETIC",
        "RESTORATION",
    ];

    public static bool IsType(string code) => code is Disability or Newborn;

    /// <summary>The status as it is stored and returned.</summary>
    public static string? StatusOf(string? input) => input?.Replace('-', '_');

    public static bool IsPatient(string kind) => kind is Person or Preperson;

    public static IReadOnlyList<string> CategoriesOf(string type) => type == Newborn ? NewbornCategories : DisabilityCategories;
}
