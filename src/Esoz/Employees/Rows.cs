namespace Esoz.Employees;

/// <summary>Maps rows to entities.</summary>
internal static class Rows
{
    private const string Joins = """
        LEFT JOIN parties party ON party.id = employee.party_id
        LEFT JOIN divisions division ON division.id = employee.division_id
        LEFT JOIN legal_entities legal_entity ON legal_entity.id = employee.legal_entity_id
        """;

    private static readonly RowMap<EmployeeDivision> Division = new("division");

    private static readonly RowMap<EmployeeLegalEntity> LegalEntity = new RowMap<EmployeeLegalEntity>("legal_entity")
        .Column(legalEntity => legalEntity.Name, "coalesce(legal_entity.name, legal_entity.edr ->> 'name')");

    public static readonly RowMap<Employee> Employee = new RowMap<Employee>("employee") { Joins = Joins }
        .Nested(employee => employee.Party, new RowMap<EmployeeParty>("party"))
        .Nested(employee => employee.Division, Division)
        .Nested(employee => employee.LegalEntity, LegalEntity)
        .Nested(employee => employee.RoleBlock, new RowMap<EmployeeRoleBlock>("employee")
            .Column(block => block.Specialities, EmployeeSpecialities.Shown("employee")));

    public static readonly RowMap<EmployeeDetails> EmployeeDetails = new RowMap<EmployeeDetails>("employee") { Joins = Joins }
        .Nested(employee => employee.Party, new RowMap<EmployeePartyDetails>("party")
            .Column(party => party.Documents, "coalesce(party.documents, '[]')")
            .Column(party => party.Phones, $"coalesce({StoredJson.WithoutNulls("party.phones")}, '[]')"))
        .Nested(employee => employee.Division, Division)
        .Nested(employee => employee.LegalEntity, LegalEntity)
        .Nested(employee => employee.RoleBlock, new RowMap<EmployeeRoleBlockDetails>("employee")
            .Column(block => block.Educations, $"coalesce({ListOf("educations")}, '[]')")
            .Column(block => block.Qualifications, ListOf("qualifications"))
            .Column(block => block.Specialities, $"coalesce({EmployeeSpecialities.Shown("employee")}, '[]')")
            .Column(block => block.ScienceDegree,
                "CASE json_typeof(employee.additional_info -> 'science_degree') WHEN 'object' THEN employee.additional_info -> 'science_degree' END"));

    /// <summary>A list of <c>additional_info</c>; null when the value is not a list or is empty.</summary>
    private static string ListOf(string member) => $"""
        CASE json_typeof(employee.additional_info -> '{member}') WHEN 'array' THEN
          CASE json_array_length(employee.additional_info -> '{member}') WHEN 0 THEN NULL ELSE employee.additional_info -> '{member}' END END
        """;
}
