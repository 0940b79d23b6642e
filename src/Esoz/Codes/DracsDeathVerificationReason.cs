namespace Esoz.Codes;

/// <summary>
/// Reasons of <see cref="DracsDeathVerificationStatus"/> that mean that the person has died: the name on the page and that of live clients.
/// </summary>
public static class DracsDeathVerificationReason
{
    public const string ManualConfirmed = "MANUAL_CONFIRMED";
    public const string ManualDeceased = "MANUAL_DECEASED";
}
