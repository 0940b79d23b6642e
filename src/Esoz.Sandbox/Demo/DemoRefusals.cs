using System.Collections.Frozen;

namespace Esoz.Sandbox.Demo;

/// <summary>
/// Which check answers each refusal among the examples, in their order, for the developer portal: a number on the method's page, one of the
/// platform, or the form of body and parameters. A test sends them all.
/// </summary>
internal static class DemoRefusals
{
    /// <param name="methodId">Method API ID.</param>
    /// <param name="place">Place among the refusals of the method.</param>
    /// <returns>Null when it is not known.</returns>
    public static string? RuleOf(string methodId, int place) =>
        ByMethod.TryGetValue(methodId, out var rules) ? rules.ElementAtOrDefault(place) : null;

    private static readonly FrozenDictionary<string, string[]> ByMethod = new Dictionary<string, string[]>
    {
        ["API-005-007-004-0124"] = ["6", "11"],
        ["API-005-007-004-0125"] = ["form"],
        ["API-005-007-004-0126"] = ["2"],
        ["API-005-007-004-0127"] = ["4", "3"],
        ["get-legal-entities"] = ["form"],
        ["get-legal-entity-by-id"] = ["2"],
        ["deactivate-legal-entity"] = ["3"],
        ["create-healthcare-service"] = ["8", "form"],
        ["get-healthcare-services"] = ["form"],
        ["get-healthcare-service-by-id"] = ["2"],
        ["update-healthcare-service"] = ["5"],
        ["activate-healthcare-service"] = ["5"],
        ["deactivate-healthcare-service"] = ["4"],
        ["get-divisions"] = ["form"],
        ["create-division"] = ["form"],
        ["get-division-by-id"] = ["2"],
        ["update-division"] = ["2"],
        ["activate-division"] = ["4"],
        ["deactivate-division"] = ["3"],
        ["get-employees"] = ["form"],
        ["get-employee-by-id"] = ["2"],
        ["deactivate-employee"] = ["4", "form"],
        ["get-dictionaries-v2"] = ["form"],
        ["get-events-list"] = ["3", "platform 7"],
        ["get-events-by-id"] = ["1"],
        ["private-create-contract"] = ["9", "1"],
        ["private-get-contracts"] = ["form"],
        ["private-update-contract"] = ["2"],
        ["private-get-contract-by-id"] = ["1"],
        ["private-delete-contract"] = ["3"],
        ["private-create-contract-division"] = ["2"],
        ["private-get-contract-divisions"] = ["form"],
        ["private-update-contract-division"] = ["2"],
        ["private-get-contract-division-by-id"] = ["1"],
        ["private-delete-contract-division"] = ["2"],
        ["private-create-contract-employee"] = ["2"],
        ["API-005-002-001-0036"] = ["form"],
        ["private-update-contract-employee"] = ["4"],
        ["private-get-contract-employee-by-id"] = ["1"],
        ["API-005-002-001-0038"] = ["1"],
        ["get-user-details"] = ["platform 3b"],
        ["API-009-007-0001"] = ["form"],
        ["API-009-007-0002"] = ["2"],
        ["API-009-011-0001"] = ["1"],
        ["API-009-011-0002"] = ["3"],
        ["API-009-011-0003"] = ["form"],
        ["API-009-011-0005"] = ["3"],
        ["API-009-011-0004"] = ["4"],
        ["API-006-001-001-0209"] = ["3"],
        ["API-006-001-001-0211"] = ["3"],
        ["API-006-001-001-0212"] = ["2"],
        ["API-006-001-001-0213"] = ["3"],
        ["API-006-001-001-0214"] = ["1"],
        ["API-006-001-001-0215"] = ["1"],
        ["get-composition-configurations-by-search-params"] = ["form"],
        ["get-configurations-metadata"] = ["platform 3b"],
        ["private-generate-media-storage-links"] = ["10"],
        ["API-009-068-0001"] = ["4"],
        ["init-factor"] = ["1"],
        ["approve-factor"] = ["1"],
        ["update-password"] = ["3"],
        ["authorize-app"] = ["8"],
        ["API-009-068-0002"] = ["9"],
        ["API-009-068-0004"] = ["platform 5b"],
        ["API-005-012-001-0476"] = ["platform 3a"],
        ["API-005-012-002-0477"] = ["platform 3a"],
        ["API-005-012-003-0479"] = ["platform 3a"],
        ["API-005-012-004-0480"] = ["platform 3a"],
        ["API-005-023-0005"] = ["platform 3a"],
        ["pis-get-healthcare-services-bulk-data-export"] = ["platform 3a"],
        ["pis-get-contract-divisions-bulk-data-export"] = ["platform 3a"],
        ["API-005-013-0006"] = ["platform 3a"],
        ["pis-get-manifest-of-the-bulk-data-export"] = ["platform 3a"],
    }.ToFrozenDictionary();
}
