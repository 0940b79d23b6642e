namespace Esoz.Codes;

/// <summary>Statuses of the check of a party against the register of deaths (data-model §2.3), as far as a rule reads them.</summary>
public static class DracsDeathVerificationStatus
{
    public const string Verified = "VERIFIED";
}
