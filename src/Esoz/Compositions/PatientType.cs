namespace Esoz.Compositions;

/// <summary>Types of a patient (data-model §5): a person, or a preperson, who is not identified yet.</summary>
public static class PatientType
{
    public const string Person = "person";
    public const string Preperson = "preperson";
}
