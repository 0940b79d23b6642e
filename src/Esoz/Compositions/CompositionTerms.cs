namespace Esoz.Compositions;

/// <summary>Code systems of the compositions and codes of a relation that rules depend on (compositions §2, §12, §15).</summary>
public static class CompositionTerms
{
    public const string TypeSystem = "COMPOSITION_TYPES";
    public const string CategorySystem = "COMPOSITION_CATEGORIES";
    public const string EventSystem = "COMPOSITION_EVENTS";
    public const string ValidityPeriod = "COMPOSITION_VALIDITY_PERIOD";
    public const string ResourceSystem = "eHealth/resources";
    public const string TreatmentViolationSystem = "COMPOSITION_TREATMENT_VIOLATION";

    public const string Appends = "appends";
    public const string Replaces = "replaces";
    public const string Transforms = "transforms";

    /// <summary>Reason of a cancellation: the conclusion was about somebody else.</summary>
    public const string WrongPatient = "INCORRECT_PATIENT";
}
