using Esoz.Compositions;
using Esoz.Contracts;
using Esoz.Dictionaries;
using Esoz.EmployeeRoles;
using Esoz.HealthcareServices;
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

        // Healthcare services (employee-roles.md §6.2)
        CreateHealthcareService.Card,
        GetHealthcareServices.Card,
        GetHealthcareService.Card,
        UpdateHealthcareService.Card,
        ActivateHealthcareService.Card,
        DeactivateHealthcareService.Card,

        // Dictionaries (data-model.md §8)
        GetDictionaries.Card,

        // Contracts (contracts.md)
        CreateContractEmployee.Card,

        // Compositions (compositions.md)
        GetAsyncJobStatus.Card,
        CreateComposition.Card,
        SignComposition.Card,
        CancelComposition.Card,
        GetComposition.Card,
        SearchCompositions.Card,

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
