namespace Esoz.BulkExport;

/// <summary>Status of a contract, and of a division under it, as the bulk export shows it (pis-bulk).</summary>
public static class ContractDivisionStatus
{
    public const string Active = "active";
    public const string Inactive = "inactive";
}
