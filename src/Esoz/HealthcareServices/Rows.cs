namespace Esoz.HealthcareServices;

/// <summary>Maps rows to entities.</summary>
internal static class Rows
{
    public static readonly RowMap<HealthcareService> HealthcareService = new RowMap<HealthcareService>("service")
        .Column(service => service.UpdatedAt, "coalesce(service.updated_at, service.inserted_at)")
        .Column(service => service.UpdatedBy, "coalesce(service.updated_by, service.inserted_by)")
        .Nested(service => service.LicensedHealthcareService, new RowMap<HealthcareService.Licensing>("service")
            .Column(licensing => licensing.Status, "service.licensed_status")
            .Column(licensing => licensing.UpdatedAt, "coalesce(service.licensed_updated_at, service.updated_at, service.inserted_at)"));
}
