using Esoz.BulkExport.Snapshots;

namespace Esoz.BulkExport;

/// <summary>
/// Every resource of the bulk export, in the order of pis-bulk §1. Each decides about every column of its tables, published or
/// withheld with a reason; a column that the schema gains without a decision fails the tests.
/// </summary>
public static class BulkResources
{
    public static IReadOnlyList<BulkResource> All { get; } =
    [
        GetPartiesBulk.Resource,
        GetEmployeesBulk.Resource,
        GetDivisionsBulk.Resource,
        GetLegalEntitiesBulk.Resource,
        GetEmployeeRolesBulk.Resource,
        GetHealthcareServicesBulk.Resource,
        GetContractDivisionsBulk.Resource,
        GetDeclarationsLimitBulk.Resource,
    ];
}
