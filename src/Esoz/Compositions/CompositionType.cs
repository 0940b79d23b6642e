namespace Esoz.Compositions;

/// <summary>Types of a composition (compositions §2). МВТН = <see cref="Disability"/>, МВН = <see cref="Newborn"/>.</summary>
public static class CompositionType
{
    public const string Disability = "TEMP_DISABILITY";
    public const string Newborn = "NEWBORN";

    public static IReadOnlyList<string> All { get; } = [Disability, Newborn];
}
