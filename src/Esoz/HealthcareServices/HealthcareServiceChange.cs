using Esoz.Codes;

namespace Esoz.HealthcareServices;

/// <summary>
/// Common part of the three methods that change a healthcare service. Parameters <c>$1…$3</c> are the caller's legal entity, the service
/// and the author; further parameters are the method's.
/// </summary>
internal static class HealthcareServiceChange
{
    /// <param name="set">Assignments to columns of <c>service</c>.</param>
    /// <param name="rules">Rules of the method, after the three common ones, over <c>found</c>.</param>
    public static GuardedWrite<HealthcareService> Of(string set, params IEnumerable<Validation> rules) => new()
    {
        Sources =
        [
            new("provider", "SELECT status FROM legal_entities WHERE id = $1"),
            new("found", $"""
                SELECT service.id, service.legal_entity_id, service.status, division.status = '{DivisionStatus.Active}'
                  AND division.is_active AS division_is_active
                  FROM divisions division
                  JOIN healthcare_services service ON service.division_id = division.id
                 WHERE service.id = $2 AND service.is_active
                """, "FOR SHARE OF division FOR NO KEY UPDATE OF service"),
        ],
        Rules =
        [
            new("1", "legal entity of the token is ACTIVE or SUSPENDED", $"provider.status IN {LegalEntityStatus.Working}",
                Refusal.Conflict("Invalid legal entity status")),
            new("2", "healthcare service exists and is_active = true", "found.id IS NOT NULL",
                Refusal.NotFound("Healthcare service not found")),
            new("3", "healthcare service belongs to the legal entity of the token", "found.legal_entity_id = $1",
                Refusal.Forbidden("Healthcare service belongs to another legal entity")),
            .. rules,
        ],
        Write = $"""
            UPDATE healthcare_services service
               SET {set}, updated_at = now(), updated_by = $3
             WHERE service.id = $2 AND {Guard.Allowed}
            """,
        Row = Rows.HealthcareService,
    };
}
