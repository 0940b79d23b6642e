namespace Esoz.Codes;

/// <summary>Statuses of a division (data-model §2.6).</summary>
public static class DivisionStatus
{
    public const string Active = "ACTIVE";
    public const string Inactive = "INACTIVE";

    public static IReadOnlyList<string> All { get; } = [Active, Inactive];
}
