namespace Esoz.Codes;

/// <summary>Statuses of the verification of a party against the state registers (data-model §2.3).</summary>
public static class VerificationStatus
{
    public const string Verified = "VERIFIED";
    public const string VerificationNeeded = "VERIFICATION_NEEDED";
    public const string NotVerified = "NOT_VERIFIED";
    public const string ChangesNeeded = "CHANGES_NEEDED";

    public static IReadOnlyList<string> All { get; } = [Verified, VerificationNeeded, NotVerified, ChangesNeeded];
}
