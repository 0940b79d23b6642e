using Esoz.BulkExport;
using Esoz.Platform.Http;

namespace Esoz.Sandbox.Demo;

/// <summary>
/// Examples for every method of <see cref="Methods.All"/>: first a success, then at least one refusal. Sent in this order, all return
/// the documented status; the next start undoes their changes (<see cref="DemoRenewal.Run"/>).
/// </summary>
public static class DemoExamples
{
    /// <param name="role">An ACTIVE role of the clinic.</param>
    /// <param name="change">An event.</param>
    /// <param name="orders">Signed orders about compositions.</param>
    /// <param name="signIn">A password, and tokens of sign-ins.</param>
    public static IReadOnlyList<DemoExample> All(
        DemoCredentials credentials, Guid role, Guid change, DemoOrders orders, DemoSignIn signIn) =>
        [.. Methods.All.SelectMany(card => card.Family == Family.Events
            ? EventExamples.Of(card, credentials, change)
            : card.Family == Family.SignIn ? SignInExamples.Of(card, signIn)
            : Of(card, credentials, role, orders))];

    /// <summary>Empty for a method without examples, which the tests reject.</summary>
    private static IEnumerable<DemoExample> Of(MethodCard card, DemoCredentials credentials, Guid role, DemoOrders orders) => card.Id switch
    {
        _ when card.Family == Family.PisBulk => GetBulk(card, credentials),
        _ when card.Path.StartsWith("/api/employee_roles", StringComparison.Ordinal) => EmployeeRoleExamples.Of(card, credentials, role),
        _ when card.Path.StartsWith("/api/healthcare_services", StringComparison.Ordinal) =>
            HealthcareServiceExamples.Of(card, credentials),
        _ when card.Path.Contains("/legal_entities", StringComparison.Ordinal) => LegalEntityExamples.Of(card, credentials),
        _ when card.Path.StartsWith("/api/employees", StringComparison.Ordinal) => EmployeeExamples.Of(card, credentials),
        _ when card.Path.StartsWith("/api/divisions", StringComparison.Ordinal) => DivisionExamples.Of(card, credentials),
        _ when card.Path.StartsWith("/api/clients", StringComparison.Ordinal) => ClientExamples.Of(card, credentials),
        "get-user-details" => GetUserDetails(card, credentials),
        "get-dictionaries-v2" => GetDictionaries(card),
        "private-generate-media-storage-links" => GenerateMediaStorageUrl(card, credentials),
        _ when card.Path.StartsWith("/api/admin/contract", StringComparison.Ordinal) => ContractExamples.Of(card, credentials),
        _ when card.Family == Family.Mc => CompositionExamples.Of(card, credentials, orders),
        "get-composition-configurations-by-search-params" or "get-configurations-metadata" => CompositionExamples.OfConfigurations(card, credentials),
        _ => [],
    };

    private static IEnumerable<DemoExample> GetDictionaries(MethodCard card)
    {
        yield return new(card, "one dictionary; without a name, all of them", $"{card.Path}?name=PROVIDING_CONDITION", [], null, 200);
        yield return new(card, "yes is not a boolean", $"{card.Path}?is_active=yes", [], null, 422);
    }

    private static IEnumerable<DemoExample> GetUserDetails(MethodCard card, DemoCredentials credentials)
    {
        yield return new(card, "the user of the token", card.Path, [Bearer(credentials.ClinicOwner)], null, 200);
        yield return new(card, "no token", card.Path, [], null, 401);
    }

    private static IEnumerable<DemoExample> GenerateMediaStorageUrl(MethodCard card, DemoCredentials credentials)
    {
        const string name = "Договір 2026.txt";
        yield return new(card, "a link to upload a file, and the upload", card.Path, Nhs(credentials), Body("PUT", name), 200,
            new("PUT", "Договір № DEMO-0001", 200));
        yield return new(
            card, "a link to read it, and the file", card.Path, Nhs(credentials), Body("GET", name), 200, new("GET", null, 200));
        yield return new(card, "a name that leads out of the folder", card.Path, Nhs(credentials), Body("GET", "..%2Fsecret"), 422);

        static string Body(string action, string name) => $$"""
            {"action":"{{action}}","resource_id":"{{DemoIds.Hospital}}","resource_name":"{{name}}"}
            """;
    }

    private static IEnumerable<DemoExample> GetBulk(MethodCard card, DemoCredentials credentials)
    {
        yield return new(
            card, card == GetBulkExportManifest.Card ? "the snapshots in service of all resources"
            : "all records of the last snapshot", card.Path, [ApiKey(credentials.PisKey)], null, 200);
        yield return new(card, "no key", card.Path, [], null, 401);
    }

    /// <summary>Path of a card with an id filled in.</summary>
    internal static string With(MethodCard card, Guid id) => card.Path.Replace("{id}", id.ToString(), StringComparison.Ordinal);

    internal static (string, string)[] Nhs(DemoCredentials credentials) => [ApiKey(credentials.NhsKey), Bearer(credentials.Nhs)];

    internal static (string, string) Bearer(string token) => ("Authorization", $"Bearer {token}");

    internal static (string, string) ApiKey(string key) => ("api-key", key);
}
