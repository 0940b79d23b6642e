namespace Esoz.Parties;

/// <summary>The person behind an employee, as a test certificate names them. Personal data: for the operator only.</summary>
public static class PartyOfEmployee
{
    /// <returns>
    /// Surname, given name and patronymic; РНОКПП, or series and number of the document, as the registry has it. Null when there is no such
    /// employee.
    /// </returns>
    public static Task<(string Name, string Number)?> Find(PostgresDatabase database, Guid employee, CancellationToken ct) =>
        database.Command("""
            SELECT concat_ws(' ', party.last_name, party.first_name, party.second_name), party.tax_id
              FROM employees employee
              JOIN parties party ON party.id = employee.party_id
             WHERE employee.id = $1
            """, employee).ReadOne<(string, string)?>(row => (row.GetString(0), row.GetString(1)), ct);
}
