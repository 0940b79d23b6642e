using Esoz.BulkExport.Snapshots;

namespace Esoz.BulkExport;

/// <summary>
/// Every resource of the bulk export, in the order of pis-bulk §1. Each declares every column of its tables as published or withheld with a
/// reason; a new column without a declaration fails the tests.
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

    /// <summary>Resources with windows whose records are made of one of these tables.</summary>
    public static IEnumerable<BulkResource> WithWindowsOf(IEnumerable<string> tables) =>
        All.Where(resource => resource.HasWindows && resource.Tables.Intersect(tables).Any());
}
