using Esoz.Codes;
using Esoz.Platform.Database;

namespace Esoz.HealthcareServices;

/// <summary>
/// What the three methods that change a healthcare service have in common: one statement loads what their checks look at and writes only
/// when all of them hold. Parameters <c>$1…$3</c> are the caller's legal entity, the service and the author; those after them are the method's.
/// </summary>
internal static class HealthcareServiceChange
{
    /// <param name="LegalEntityStatus">Of the caller; null when there is no such legal entity.</param>
    /// <param name="StatusBefore">Of the service, before the statement.</param>
    /// <param name="DivisionIsActive">The division of the service is ACTIVE.</param>
    /// <param name="Service">As it is after the statement; null when it is not there.</param>
    internal sealed record Found(string? LegalEntityStatus, string? StatusBefore, bool DivisionIsActive, HealthcareService? Service);

    /// <param name="set">Assignments to columns of <c>service</c>.</param>
    /// <param name="when">What must hold of <c>found</c> beside the checks of the caller.</param>
    public static string Statement(string set, string when) => $"""
        WITH provider AS (
          SELECT status FROM legal_entities WHERE id = $1
        ), found AS (
          SELECT service.*, division.status = 'ACTIVE' AND division.is_active AS division_is_active
            FROM divisions division
            JOIN healthcare_services service ON service.division_id = division.id
           WHERE service.id = $2 AND service.is_active
             FOR SHARE OF division
             FOR NO KEY UPDATE OF service
        ), written AS (
          UPDATE healthcare_services service
             SET {set}, updated_at = now(), updated_by = $3
            FROM provider, found
           WHERE service.id = found.id
             AND provider.status IN {LegalEntityStatus.Working}
             AND found.legal_entity_id = $1
             AND {when}
          RETURNING service.*
        )
        SELECT provider.status, found.status, coalesce(found.division_is_active, false), {Rows.HealthcareService.Columns}
          FROM (SELECT) one
          LEFT JOIN provider ON true
          LEFT JOIN found ON true
          LEFT JOIN LATERAL (
            SELECT {Rows.HealthcareService.Columns} FROM written service
             UNION ALL
            SELECT {Rows.HealthcareService.Columns} FROM found service WHERE NOT EXISTS (SELECT FROM written)
          ) service ON true
        """;

    public static async Task<Found> Carry(PostgresDatabase database, string statement, CancellationToken ct, params object?[] values)
    {
        await using var command = database.Command(statement, values);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var column = new RowCursor(row);
        return new(column.TextOrNull(), column.TextOrNull(), column.Flag(), row.IsDBNull(3) ? null : Rows.HealthcareService.Read(row, 3));
    }
}
