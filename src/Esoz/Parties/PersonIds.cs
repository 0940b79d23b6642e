namespace Esoz.Parties;

/// <summary>The ids by which the access journal knows a human being.</summary>
public static class PersonIds
{
    /// <param name="id">Of a person or preperson, of a party, or of an employee.</param>
    /// <returns>
    /// The id itself; of a person also the prepersons identified as it, and the compositions about either; of a party also its
    /// employees, of an employee its party and the other employees of it.
    /// </returns>
    public static Task<IReadOnlyList<Guid>> Of(PostgresDatabase database, Guid id, CancellationToken ct) => database.Command("""
        WITH party AS (SELECT $1::uuid AS id UNION SELECT party_id FROM employees WHERE id = $1),
             patient AS (SELECT $1::uuid AS id UNION SELECT id FROM prepersons WHERE person_id = $1)
        SELECT id FROM party
        UNION SELECT employees.id FROM employees JOIN party ON party.id = employees.party_id
        UNION SELECT id FROM patient
        UNION SELECT compositions.id FROM compositions JOIN patient ON patient.id = compositions.subject_id
        UNION SELECT compositions.id FROM compositions JOIN patient ON patient.id = compositions.focus_id
        """, id).ReadAll(row => row.GetGuid(0), ct);
}
