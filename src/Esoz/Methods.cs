using Esoz.BulkExport;
using Esoz.Clients;
using Esoz.Compositions;
using Esoz.Contracts;
using Esoz.Dictionaries;
using Esoz.Divisions;
using Esoz.EmployeeRoles;
using Esoz.Employees;
using Esoz.Events;
using Esoz.HealthcareServices;
using Esoz.LegalEntities;
using Esoz.MediaStorage;
using Esoz.SignIn;

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

        // Healthcare services (employee-roles.md §6.2)
        CreateHealthcareService.Card,
        GetHealthcareServices.Card,
        GetHealthcareService.Card,
        UpdateHealthcareService.Card,
        ActivateHealthcareService.Card,
        DeactivateHealthcareService.Card,

        // Divisions (employee-roles.md §6.3)
        GetDivisions.Card,
        GetDivision.Card,
        CreateDivision.Card,
        UpdateDivision.Card,
        ActivateDivision.Card,
        DeactivateDivision.Card,

        // Employees (employee-roles.md §6.4)
        GetEmployees.Card,
        GetEmployee.Card,
        DeactivateEmployee.Card,

        // Dictionaries (data-model.md §8)
        GetDictionaries.Card,

        // Events (events.md)
        GetEvents.Card,
        GetEvent.Card,

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

        // Sign-in (sign-in.md)
        GetUserDetails.Card,

        // Clients and connections (sign-in.md §12)
        GetClients.Card,
        GetClient.Card,
        GetConnections.Card,
        GetConnection.Card,
        UpdateConnection.Card,
        RefreshConnectionSecret.Card,
        DeleteConnection.Card,

        // Compositions (compositions.md)
        GetAsyncJobStatus.Card,
        CreateComposition.Card,
        SignComposition.Card,
        CancelComposition.Card,
        GetComposition.Card,
        SearchCompositions.Card,
        GetCompositionConfigurations.Card,
        GetConfigurationsMetadata.Card,

        // Media storage (media-storage.md)
        GenerateMediaStorageUrl.Card,

        // Sign-in (sign-in.md)
        LogIn.Card,
        InitFactor.Card,
        ApproveFactor.Card,
        UpdatePassword.Card,
        AuthorizeApp.Card,
        IssueTokens.Card,
        Logout.Card,

        // Bulk export (pis-bulk.md)
        GetPartiesBulk.Card,
        GetEmployeesBulk.Card,
        GetDivisionsBulk.Card,
        GetLegalEntitiesBulk.Card,
        GetEmployeeRolesBulk.Card,
        GetHealthcareServicesBulk.Card,
        GetContractDivisionsBulk.Card,
        GetDeclarationsLimitBulk.Card,
        GetBulkExportManifest.Card,
    ];

    /// <summary>Every method that the settings leave open, as they have it.</summary>
    public static IReadOnlyList<MethodCard> Served(Settings settings) =>
    [
        .. All.Where(card => card != LogIn.Card || settings.SignIn.IsLoginServed).Select(card =>
            card == GetUserDetails.Card && settings.UserDetailsRequireScope ? GetUserDetails.CardWithScope
            : card == UpdateConnection.Card && settings.Connections.AllowLoopback ? UpdateConnection.CardWithLoopback
            : card),
    ];
}
