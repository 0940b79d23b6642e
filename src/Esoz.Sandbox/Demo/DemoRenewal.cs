using Esoz.Codes;
using Esoz.Compositions;
using Esoz.Platform.Database;
using Esoz.Platform.Jobs;
using Npgsql;

namespace Esoz.Sandbox.Demo;

/// <summary>
/// Restores what use and time change in the demo registry, so that every example returns its documented status after every start:
/// what was ended becomes active again, what was added is deactivated.
/// </summary>
internal static class DemoRenewal
{
    /// <returns>
    /// A role to deactivate: the doctor's first role that is still ACTIVE, otherwise a new one in the same service; and an event to read.
    /// </returns>
    public static async Task<(Guid Role, Guid Event)> Run(PostgresDatabase database, CancellationToken ct)
    {
        await using var connection = await database.OpenSession(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        foreach (var statement in Statements)
        {
            await new NpgsqlCommand(statement, connection).Execute(ct);
        }
        var ids = (await Id(RoleToDeactivate), await Id(EventToRead));
        await transaction.CommitAsync(ct);
        return ids;

        async Task<Guid> Id(string sql)
        {
            return await new NpgsqlCommand(sql, connection).ReadValue<Guid>(ct);
        }
    }

    private static readonly string Stamp = $"updated_at = now(), updated_by = {DemoRegistry.Author}";

    /// <summary>The suspension of a hospital.</summary>
    private static string EventToRead => $"""
        SELECT id FROM events
         WHERE entity_id = '{DemoIds.SuspendedHospital}' AND properties -> 'status' ->> 'new_value' = '{LegalEntityStatus.Suspended}'
         ORDER BY event_time DESC, id
         LIMIT 1
        """;

    private static readonly string[] Statements =
    [
        // The finished job, which is purged a week after it was done.
        $"""
        INSERT INTO async_jobs (id, client_id, user_id, kind, status, eta, composition_id, request_hash, request_id, done_at)
        VALUES ('{DemoIds.Job}', '{DemoIds.Clinic}', '{DemoIds.DoctorUser}', '{CreateCompositionTask.Type}', '{JobStatus.Done}', now(), '{DemoIds.Composition}', sha256('demo'), 'demo', now())
        ON CONFLICT (id) DO UPDATE SET eta = now(), done_at = now(), updated_at = now()
        """,
        // A draft to sign, and a signed composition to cancel.
        $"""
        UPDATE compositions SET status = '{CompositionStatus.Preliminary}', signed_at = NULL, signed_content_key = NULL, signed_content_digest = NULL, {Stamp}
         WHERE id = '{DemoIds.Composition}' AND status <> '{CompositionStatus.Preliminary}'
        """,
        $"""
        UPDATE compositions
           SET status = '{CompositionStatus.Final}', signed_at = now(), signed_content_key = id || '/signed_content.p7s',
               signed_content_digest = NULL,
               cancelled_at = NULL, cancel_content_key = NULL, cancel_content_digest = NULL, cancel_reason_code = NULL, cancel_reason_text = NULL, {Stamp}
         WHERE id = '{DemoIds.SignedComposition}'
        """,
        // The role and the service that the examples add.
        $"UPDATE employee_roles SET status = '{EmployeeRoleStatus.Inactive}', end_date = now(), {Stamp} WHERE healthcare_service_id = '{DemoIds.FamilyMedicineAtHomeOfBranch}' AND status = '{EmployeeRoleStatus.Active}'",
        $"UPDATE healthcare_services SET is_active = false, {Stamp} WHERE division_id = '{DemoIds.ClinicBranch}' AND speciality_type = '{SpecialityType.Pediatrician}' AND is_active",
        // A service and a division that can be activated.
        $"UPDATE healthcare_services SET status = '{HealthcareServiceStatus.Inactive}', {Stamp} WHERE id = '{DemoIds.Pediatrics}' AND status = '{HealthcareServiceStatus.Active}'",
        $"UPDATE divisions SET status = '{DivisionStatus.Inactive}', {Stamp} WHERE id = '{DemoIds.ClosedBranch}' AND status = '{DivisionStatus.Active}'",
        // An employee who can be dismissed, and a legal entity that can be closed.
        $"""
        UPDATE employees SET status = '{EmployeeStatus.Approved}', status_reason = NULL, end_date = NULL, is_active = true, {Stamp}
         WHERE id IN ('{DemoIds.Receptionist}', '{DemoIds.ClosingOwner}') AND end_date IS NOT NULL
        """,
        $"UPDATE legal_entities SET status = '{LegalEntityStatus.Active}', {Stamp} WHERE id = '{DemoIds.ClosingHospital}' AND status <> '{LegalEntityStatus.Active}'",
        // An event to read, if the last one was removed because of its age.
        $"UPDATE legal_entities SET status = '{LegalEntityStatus.Active}', {Stamp} WHERE id = '{DemoIds.SuspendedHospital}' AND NOT EXISTS (SELECT FROM ({EventToRead}) event)",
        $"UPDATE legal_entities SET status = '{LegalEntityStatus.Suspended}', {Stamp} WHERE id = '{DemoIds.SuspendedHospital}' AND status = '{LegalEntityStatus.Active}'",
        // Connections that users sign in by; their secrets are known when they are refreshed.
        $"""
        INSERT INTO connections (id, client_id, consumer_id, redirect_uri, secret_hash, inserted_by, updated_at, updated_by)
        SELECT id::uuid, client::uuid, '{DemoIds.Mis}', '{DemoIds.RedirectUri}', encode(sha256(gen_random_uuid()::text::bytea), 'hex'),
               {DemoRegistry.Author}, now(), {DemoRegistry.Author}
          FROM (VALUES
            ('{DemoIds.ClinicConnection}', '{DemoIds.Clinic}'), ('{DemoIds.HospitalConnection}', '{DemoIds.Hospital}'),
            ('{DemoIds.SpareConnection}', '{DemoIds.Clinic}')
          ) AS rows (id, client)
            ON CONFLICT (id) DO UPDATE SET expires_at = NULL, {Stamp}
         WHERE connections.expires_at IS NOT NULL
        """,
        // A contract with its children that can be deleted.
        $"UPDATE contracts SET is_active = true, {Stamp} WHERE id = '{DemoIds.SpareContract}' AND NOT is_active",
        $"UPDATE contract_divisions SET is_active = true, {Stamp} WHERE id = '{DemoIds.SpareContractDivision}' AND NOT is_active",
        $"UPDATE contract_employees SET is_active = true, {Stamp} WHERE id = '{DemoIds.SpareContractEmployee}' AND NOT is_active",
    ];

    private static readonly string RoleToDeactivate = $"""
        WITH left_over AS (
          SELECT id FROM employee_roles
           WHERE employee_id = '{DemoIds.Doctor}' AND status = '{EmployeeRoleStatus.Active}' AND is_active
           ORDER BY start_date, id
           LIMIT 1
        ), opened AS (
          INSERT INTO employee_roles (id, healthcare_service_id, employee_id, status, inserted_by, updated_at, updated_by)
          SELECT gen_random_uuid(), '{DemoIds.FamilyMedicine}', '{DemoIds.Doctor}', '{EmployeeRoleStatus.Active}', {DemoRegistry.Author}, now(), {DemoRegistry.Author}
           WHERE NOT EXISTS (SELECT FROM left_over)
          RETURNING id
        )
        SELECT id FROM left_over UNION ALL SELECT id FROM opened
        """;
}
