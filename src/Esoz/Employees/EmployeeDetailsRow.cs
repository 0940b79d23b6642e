using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Employees;

/// <summary>How a row of <c>employees</c> becomes an <see cref="EmployeeDetails"/>.</summary>
public static class EmployeeDetailsRow
{
    /// <summary>The columns of the table named <c>employee</c> and of <see cref="EmployeeRow.Joins"/>, in the order of the members.</summary>
    public static readonly string Columns = $"""
        employee.id, employee.position, employee.employee_type, employee.status, employee.start_date, employee.end_date, employee.is_active,
        party.id, party.no_tax_id, party.first_name, party.last_name, party.second_name, party.verification_status,
        party.birth_date, party.gender, party.tax_id, party.documents, party.phones, party.working_experience, party.about_myself,
        {EmployeeRow.DivisionColumns},
        {EmployeeRow.LegalEntityColumns},
        {EmployeeRow.ListOf("educations")}, {EmployeeRow.ListOf("qualifications")}, {EmployeeRow.ListOf("specialities")}, employee.additional_info -> 'science_degree'
        """;

    /// <param name="row">A row.</param>
    /// <param name="first">Ordinal of its <c>id</c>.</param>
    public static EmployeeDetails Read(NpgsqlDataReader row, int first)
    {
        var column = new RowCursor(row, first);
        return new(column.Uuid(), column.Text(), column.Text(), column.Text(), column.Date(), column.DateOrNull(), column.Flag(), ReadParty(ref column),
            EmployeeRow.ReadDivision(ref column), EmployeeRow.ReadLegalEntity(ref column), new(column.Json(), column.Json(), column.Json(), column.JsonOrNull()));
    }

    private static EmployeePartyDetails ReadParty(ref RowCursor column) =>
        new(column.Uuid(), column.Flag(), column.Text(), column.Text(), column.TextOrNull(), column.Text(),
            column.Date(), column.Text(), column.Text(), column.JsonOrNull(), column.JsonOrNull(), column.IntegerOrNull(), column.TextOrNull());
}
