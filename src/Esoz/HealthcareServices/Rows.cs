using Esoz.Platform.Database;

namespace Esoz.HealthcareServices;

/// <summary>Maps rows to entities.</summary>
internal static class Rows
{
    public static readonly RowMap<HealthcareService> HealthcareService = new RowMap<HealthcareService>("service")
        .Nested(service => service.LicensedHealthcareService, new RowMap<HealthcareService.Licensing>("service")
            .Column(licensing => licensing.Status, "service.licensed_status")
            .Column(licensing => licensing.UpdatedAt, "service.licensed_updated_at"));
}
