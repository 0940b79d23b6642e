using Dapper;
using Npgsql;

namespace Peer;

public static class WithDapper
{
    private const string Role = """
        role.id, role.healthcare_service_id, role.employee_id, role.start_date, role.end_date, role.status, role.is_active, role.inserted_at,
        role.inserted_by, role.updated_at, role.updated_by
        """;

    private sealed record JobRow(string Status, DateTime Eta, Guid? CompositionId, int? ErrorCode, string? ErrorMessage);

    private sealed class RoleRow
    {
        public Guid Id { get; set; }
        public Guid HealthcareServiceId { get; set; }
        public Guid EmployeeId { get; set; }
        public DateTime StartDate { get; set; }
        public DateTime? EndDate { get; set; }
        public string Status { get; set; } = "";
        public bool IsActive { get; set; }
        public DateTime InsertedAt { get; set; }
        public Guid InsertedBy { get; set; }
        public DateTime? UpdatedAt { get; set; }
        public Guid? UpdatedBy { get; set; }
    }

    private sealed record Found(string Status, Guid LegalEntityId, string? ProviderStatus);

    public static void MapDapper(this WebApplication app)
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        app.MapGet("/api/patients/composition/job/{id:guid}", async (Guid id, HttpContext http, Tokens tokens, NpgsqlDataSource database) =>
        {
            if (await tokens.Find(http, "composition:read") is not { } token)
                return Failure.Of(401, "access_denied", "Invalid access token");
            await using var connection = await database.OpenConnectionAsync();
            var job = await connection.QuerySingleOrDefaultAsync<JobRow>("""
                SELECT status, eta, composition_id, error_code, error_message FROM async_jobs WHERE id = @id AND client_id = @client
                """, new { id, client = token.ClientId });
            return job is null ? Failure.Of(404, "not_found", "Task not found") : Results.Ok(new DataOnly<Job>(
                Job.Of(id, job.Status, job.Eta, job.CompositionId, job.ErrorCode, job.ErrorMessage)));
        });

        app.MapGet("/api/employee_roles", async (HttpContext http, Tokens tokens, NpgsqlDataSource database, int page = 1, int page_size = 50) =>
        {
            if (await tokens.Find(http, "employee_role:read") is not { } token)
                return Failure.Of(401, "access_denied", "Invalid access token");
            await using var connection = await database.OpenConnectionAsync();
            const string filter = """
                  FROM employee_roles role JOIN healthcare_services service ON service.id = role.healthcare_service_id
                 WHERE service.legal_entity_id = @provider AND role.is_active
                """;
            await using var both = await connection.QueryMultipleAsync($"""
                SELECT count(*) {filter};
                SELECT {Role} {filter} ORDER BY role.inserted_at, role.id LIMIT @size OFFSET @skip
                """, new { provider = token.ClientId, size = page_size, skip = (page - 1) * page_size });
            var total = await both.ReadSingleAsync<long>();
            var roles = (await both.ReadAsync<RoleRow>()).AsList();
            return Results.Ok(Envelope<List<RoleRow>>.Of(http, roles, Paging.Of(page, page_size, total)));
        });

        app.MapPatch("/api/employee_roles/{id:guid}/actions/deactivate",
            async (Guid id, HttpContext http, Tokens tokens, NpgsqlDataSource database) =>
        {
            if (await tokens.Find(http, "employee_role:write") is not { } token)
                return Failure.Of(401, "access_denied", "Invalid access token");
            await using var connection = await database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var found = await connection.QuerySingleOrDefaultAsync<Found>("""
                SELECT role.status, service.legal_entity_id, (SELECT status FROM legal_entities WHERE id = @provider) AS provider_status
                  FROM employee_roles role JOIN healthcare_services service ON service.id = role.healthcare_service_id
                 WHERE role.id = @id AND role.is_active
                   FOR UPDATE OF role
                """, new { id, provider = token.ClientId }, transaction);
            if (found is null)
                return Failure.Of(404, "not_found", "Employee role not found");
            if (found.ProviderStatus is not ("ACTIVE" or "SUSPENDED"))
                return Failure.Of(409, "request_conflict", "Legal entity must be ACTIVE or SUSPENDED");
            if (found.LegalEntityId != token.ClientId)
                return Failure.Of(403, "forbidden", "Employee role belongs to another legal entity");
            if (found.Status != "ACTIVE")
                return Failure.Of(409, "request_conflict", $"{found.Status} employee role cannot be DEACTIVATED");
            var role = await connection.QuerySingleAsync<RoleRow>($"""
                UPDATE employee_roles role SET end_date = now(), status = 'INACTIVE', updated_at = now(), updated_by = @user
                 WHERE role.id = @id
                RETURNING {Role}
                """, new { id, user = token.UserId }, transaction);
            await transaction.CommitAsync();
            return Results.Ok(Envelope<RoleRow>.Of(http, role));
        });
    }
}
