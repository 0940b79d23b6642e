using Esoz.Contracts;
using Esoz.EmployeeRoles;
using Esoz.MediaStorage;
using Esoz.Platform.Http;

namespace Esoz;

/// <summary>Table of contents: every method of the registry, in the order of the specification.</summary>
public static class Methods
{
    public static IReadOnlyList<MethodCard> All { get; } =
    [
        // Employee roles (employee-roles.md)
        DeactivateEmployeeRole.Card,

        // Contracts (contracts.md)
        CreateContractEmployee.Card,

        // Media storage (media-storage.md)
        GenerateMediaStorageUrl.Card,
    ];
}
