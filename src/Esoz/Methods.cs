using Esoz.Compositions;
using Esoz.Contracts;
using Esoz.EmployeeRoles;
using Esoz.Employees;
using Esoz.LegalEntities;
using Esoz.MediaStorage;
using Esoz.Pis;
using Esoz.Platform.Http;

namespace Esoz;

/// <summary>Table of contents: every method of the registry, in the order of the specification.</summary>
public static class Methods
{
    public static IReadOnlyList<MethodCard> All { get; } =
    [
        // Employee roles (employee-roles.md)
        CreateEmployeeRole.Card,
        GetEmployeeRoles.Card,
        GetEmployeeRole.Card,
        DeactivateEmployeeRole.Card,

        // Legal entities (employee-roles.md §6.1)
        GetLegalEntities.Card,
        GetLegalEntity.Card,
        DeactivateLegalEntity.Card,

        // Employees (employee-roles.md §6.4)
        GetEmployees.Card,
        GetEmployee.Card,
        DeactivateEmployee.Card,

        // Contracts (contracts.md)
        CreateContractEmployee.Card,

        // Compositions (compositions.md)
        GetAsyncJobStatus.Card,
        CreateComposition.Card,

        // Media storage (media-storage.md)
        GenerateMediaStorageUrl.Card,

        // Bulk export (pis-bulk.md)
        GetPartiesBulk.Card,
        GetEmployeesBulk.Card,
        GetDivisionsBulk.Card,
        GetLegalEntitiesBulk.Card,
        GetEmployeeRolesBulk.Card,
        GetHealthcareServicesBulk.Card,
        GetContractDivisionsBulk.Card,
        GetDeclarationsLimitBulk.Card,
        GetBulkManifest.Card,
    ];
}
