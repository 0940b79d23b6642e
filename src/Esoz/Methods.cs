using Esoz.Compositions;
using Esoz.Contracts;
using Esoz.EmployeeRoles;
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

        // Contracts (contracts.md)
        CreateContract.Card,
        UpdateContract.Card,
        GetContracts.Card,
        GetContract.Card,
        DeleteContract.Card,
        CreateContractDivision.Card,
        UpdateContractDivision.Card,
        GetContractDivisions.Card,
        GetContractDivision.Card,
        DeleteContractDivision.Card,
        CreateContractEmployee.Card,
        UpdateContractEmployee.Card,
        GetContractEmployees.Card,
        GetContractEmployee.Card,
        DeleteContractEmployee.Card,

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
