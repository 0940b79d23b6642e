using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Employees;

/// <summary>How a row of <c>employees</c> becomes an <see cref="Employee"/>.</summary>
public static class EmployeeRow
{
    /// <summary>What an employee is shown with, for the table named <c>employee</c>.</summary>
    public const string Joins = """
        LEFT JOIN parties party ON party.id = employee.party_id
        LEFT JOIN divisions division ON division.id = employee.division_id
        LEFT JOIN legal_entities legal_entity ON legal_entity.id = employee.legal_entity_id
        """;

    internal const string DivisionColumns = """
        division.id, division.name, division.legal_entity_id, division.type, division.status, division.mountain_group, division.dls_id, division.dls_verified
        """;

    internal const string LegalEntityColumns = """
        legal_entity.id, coalesce(legal_entity.name, legal_entity.edr ->> 'name'), legal_entity.short_name, legal_entity.public_name,
        legal_entity.type, legal_entity.edrpou, legal_entity.status
        """;

    /// <summary>The columns of the table named <c>employee</c> and of <see cref="Joins"/>, in the order of the members.</summary>
    public static readonly string Columns = $"""
        employee.id, employee.position, employee.employee_type, employee.status, employee.start_date, employee.end_date,
        party.id, party.no_tax_id, party.first_name, party.last_name, party.second_name, party.verification_status,
        {DivisionColumns},
        {LegalEntityColumns},
        {ListOf("specialities")}
        """;

    /// <param name="row">A row.</param>
    /// <param name="first">Ordinal of its <c>id</c>.</param>
    public static Employee Read(NpgsqlDataReader row, int first)
    {
        var column = new RowCursor(row, first);
        return new(column.Uuid(), column.Text(), column.Text(), column.Text(), column.Date(), column.DateOrNull(), ReadParty(ref column),
            ReadDivision(ref column), ReadLegalEntity(ref column), new(column.Json()));
    }

    /// <summary>A list of <c>additional_info</c>; what is stored there in another shape is no list.</summary>
    internal static string ListOf(string member) => $"""
        CASE json_typeof(employee.additional_info -> '{member}') WHEN 'array' THEN employee.additional_info -> '{member}' ELSE '[]' END
        """;

    private static EmployeeParty ReadParty(ref RowCursor column) =>
        new(column.Uuid(), column.Flag(), column.Text(), column.Text(), column.TextOrNull(), column.Text());

    internal static EmployeeDivision? ReadDivision(ref RowCursor column)
    {
        const int columns = 8;
        if (!column.IsNull)
            return new(column.Uuid(), column.Text(), column.Uuid(), column.Text(), column.Text(), column.Flag(), column.TextOrNull(), column.FlagOrNull());
        column.Skip(columns);
        return null;
    }

    internal static EmployeeLegalEntity ReadLegalEntity(ref RowCursor column) =>
        new(column.Uuid(), column.TextOrNull(), column.TextOrNull(), column.TextOrNull(), column.Text(), column.Text(), column.Text());
}
