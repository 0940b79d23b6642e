namespace Esoz.Compositions;

/// <summary>
/// Categories of a composition (compositions §2). The dictionary of the database defines the categories in use; the page defines which of
/// them belong to which type.
/// </summary>
public static class CompositionCategory
{
    public const string LiveBirth = "LIVE_BIRTH";
    public const string Sickness = "SICKNESS";
    public const string ChildCare = "CHILD_CARE";
    public const string FamilyCare = "FAMILY_CARE";
    public const string ParentalCare = "PARENTAL_CARE";
    public const string Pregnancy = "PREGNANCY";
    public const string Quarantine = "QUARANTINE";
    public const string Covid19 = "COVID19";
    public const string TempTransfer = "TEMP_TRANSFER";
    public const string Prosthetic = "PROSTHETIC";
    public const string Restoration = "RESTORATION";

    private static readonly string[] OfNewborn = [LiveBirth];

    private static readonly string[] OfDisability =
        [Sickness, ChildCare, FamilyCare, ParentalCare, Pregnancy, Quarantine, Covid19, TempTransfer, Prosthetic, Restoration];

    public static IReadOnlyList<string> Of(string type) => type == CompositionType.Newborn ? OfNewborn : OfDisability;

    /// <summary>The type that the category belongs to; null when there is no such category.</summary>
    public static string? TypeOf(string category) => CompositionType.All.FirstOrDefault(type => Of(type).Contains(category));
}
