namespace Esoz.Compositions;

/// <summary>Statuses of a person and of a preperson (data-model §5). Others than active ones have no compositions.</summary>
public static class PersonStatus
{
    public const string Active = "active";
}
