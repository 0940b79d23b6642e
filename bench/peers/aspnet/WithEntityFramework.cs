using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Peer;

public sealed class EmployeeRole
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

    [System.Text.Json.Serialization.JsonIgnore]
    public HealthcareService? HealthcareService { get; set; }
}

public sealed class HealthcareService
{
    public Guid Id { get; set; }
    public Guid LegalEntityId { get; set; }
    public LegalEntity? LegalEntity { get; set; }
}

public sealed class LegalEntity
{
    public Guid Id { get; set; }
    public string Status { get; set; } = "";
}

public sealed class AsyncJob
{
    public Guid Id { get; set; }
    public Guid ClientId { get; set; }
    public string Status { get; set; } = "";
    public DateTime Eta { get; set; }
    public Guid? CompositionId { get; set; }
    public int? ErrorCode { get; set; }
    public string? ErrorMessage { get; set; }
}

public sealed class RegistryContext(DbContextOptions<RegistryContext> options) : DbContext(options)
{
    public DbSet<EmployeeRole> EmployeeRoles => Set<EmployeeRole>();
    public DbSet<HealthcareService> HealthcareServices => Set<HealthcareService>();
    public DbSet<LegalEntity> LegalEntities => Set<LegalEntity>();
    public DbSet<AsyncJob> AsyncJobs => Set<AsyncJob>();
}

public static class WithEntityFramework
{
    public static void AddEntityFramework(this IServiceCollection services) => services.AddDbContextPool<RegistryContext>((all, options) =>
        options.UseNpgsql(all.GetRequiredService<NpgsqlDataSource>()).UseSnakeCaseNamingConvention());

    public static void MapEntityFramework(this WebApplication app)
    {
        app.MapGet("/api/patients/composition/job/{id:guid}", async (Guid id, HttpContext http, Tokens tokens, RegistryContext registry) =>
        {
            if (await tokens.Find(http, "composition:read") is not { } token)
                return Failure.Of(401, "access_denied", "Invalid access token");
            var job = await registry.AsyncJobs.SingleOrDefaultAsync(it => it.Id == id && it.ClientId == token.ClientId);
            return job is null ? Failure.Of(404, "not_found", "Task not found") : Results.Ok(new DataOnly<Job>(
                Job.Of(id, job.Status, job.Eta, job.CompositionId, job.ErrorCode, job.ErrorMessage)));
        });

        app.MapGet("/api/employee_roles", async (HttpContext http, Tokens tokens, RegistryContext registry, int page = 1, int page_size = 50) =>
        {
            if (await tokens.Find(http, "employee_role:read") is not { } token)
                return Failure.Of(401, "access_denied", "Invalid access token");
            var own = registry.EmployeeRoles.Where(it => it.IsActive && it.HealthcareService!.LegalEntityId == token.ClientId);
            var total = await own.LongCountAsync();
            var roles = await own.OrderBy(it => it.InsertedAt).ThenBy(it => it.Id)
                .Skip((page - 1) * page_size).Take(page_size).ToListAsync();
            return Results.Ok(Envelope<List<EmployeeRole>>.Of(http, roles, Paging.Of(page, page_size, total)));
        });

        app.MapPatch("/api/employee_roles/{id:guid}/actions/deactivate",
            async (Guid id, HttpContext http, Tokens tokens, RegistryContext registry) =>
        {
            if (await tokens.Find(http, "employee_role:write") is not { } token)
                return Failure.Of(401, "access_denied", "Invalid access token");
            await using var transaction = await registry.Database.BeginTransactionAsync();
            var role = await registry.EmployeeRoles.Include(it => it.HealthcareService)
                .SingleOrDefaultAsync(it => it.Id == id && it.IsActive);
            if (role is null)
                return Failure.Of(404, "not_found", "Employee role not found");
            var provider = await registry.LegalEntities.FindAsync(token.ClientId);
            if (provider?.Status is not ("ACTIVE" or "SUSPENDED"))
                return Failure.Of(409, "request_conflict", "Legal entity must be ACTIVE or SUSPENDED");
            if (role.HealthcareService!.LegalEntityId != token.ClientId)
                return Failure.Of(403, "forbidden", "Employee role belongs to another legal entity");
            if (role.Status != "ACTIVE")
                return Failure.Of(409, "request_conflict", $"{role.Status} employee role cannot be DEACTIVATED");
            (role.Status, role.EndDate, role.UpdatedAt, role.UpdatedBy) = ("INACTIVE", DateTime.UtcNow, DateTime.UtcNow, token.UserId);
            await registry.SaveChangesAsync();
            await transaction.CommitAsync();
            return Results.Ok(Envelope<EmployeeRole>.Of(http, role));
        });
    }
}
