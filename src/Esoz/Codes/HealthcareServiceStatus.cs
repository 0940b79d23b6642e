namespace Esoz.Codes;

/// <summary>Statuses of a healthcare service (data-model §2.7).</summary>
public static class HealthcareServiceStatus
{
    public const string Active = "ACTIVE";
    public const string Inactive = "INACTIVE";

    public static IReadOnlyList<string> All { get; } = [Active, Inactive];
}
