namespace Esoz.BulkExport;

/// <summary>Statuses of a declaration (data-model §4). The first two count towards the limit of a doctor (pis-bulk).</summary>
public static class DeclarationStatus
{
    public const string Active = "active";
    public const string PendingVerification = "pending_verification";
    public const string Terminated = "terminated";
}
