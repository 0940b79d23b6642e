namespace Esoz.Import;

/// <summary>
/// The tables that can be loaded, each after those that its foreign keys reference. Excluded are tables that the program writes itself
/// (jobs, tasks, snapshots, audit, events, status history) and secrets (tokens, connections), which only their commands create.
/// </summary>
public static class ImportTables
{
    public static IReadOnlyList<string> InForeignKeyOrder { get; } =
    [
        "users",
        "client_types",
        "clients",
        "dictionaries",
        "dictionary_values",
        "global_parameters",
        "legal_entities",
        "licenses",
        "parties",
        "party_users",
        "divisions",
        "division_addresses",
        "employees",
        "healthcare_services",
        "employee_roles",
        "contracts",
        "contract_divisions",
        "contract_employees",
        "contract_medical_programs",
        "declarations",
        "persons",
        "prepersons",
        "authentication_methods",
        "episodes",
        "encounters",
        "conditions",
        "compositions",
        "composition_integrations",
    ];
}
