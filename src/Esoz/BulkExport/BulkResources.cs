namespace Esoz.Pis;

/// <summary>
/// Every resource of the bulk export, in the order of pis-bulk §1. Each decides about every column of its tables, published or
/// withheld with a reason; a column that the schema gains without a decision fails the tests.
/// </summary>
public static class SnapshotCatalogue
{
    public static IReadOnlyList<SnapshotResource> All { get; } =
    [
        PartiesSnapshot.Resource,
        EmployeesSnapshot.Resource,
        DivisionsSnapshot.Resource,
        LegalEntitiesSnapshot.Resource,
        EmployeeRolesSnapshot.Resource,
        HealthcareServicesSnapshot.Resource,
        ContractDivisionsSnapshot.Resource,
        DeclarationsLimitSnapshot.Resource,
    ];
}
