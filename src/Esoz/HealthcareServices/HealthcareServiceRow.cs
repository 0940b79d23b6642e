using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.HealthcareServices;

/// <summary>How a row of <c>healthcare_services</c> becomes a <see cref="HealthcareService"/>.</summary>
public static class HealthcareServiceRow
{
    /// <summary>The columns of the table named <c>service</c>, in the order of the members.</summary>
    public const string Columns = """
        service.id, service.division_id, service.legal_entity_id, service.license_id, service.speciality_type, service.providing_condition,
        service.category, service.type, service.status, service.comment, service.coverage_area, service.available_time, service.not_available,
        service.licensed_status, service.licensed_updated_at, service.is_active,
        service.inserted_at, service.inserted_by, service.updated_at, service.updated_by
        """;

    /// <param name="row">A row.</param>
    /// <param name="first">Ordinal of its <c>id</c>.</param>
    public static HealthcareService Read(NpgsqlDataReader row, int first)
    {
        var column = new RowCursor(row, first);
        return new()
        {
            Id = column.Uuid(),
            DivisionId = column.Uuid(),
            LegalEntityId = column.Uuid(),
            LicenseId = column.UuidOrNull(),
            SpecialityType = column.TextOrNull(),
            ProvidingCondition = column.TextOrNull(),
            Category = column.Json(),
            Type = column.JsonOrNull(),
            Status = column.Text(),
            Comment = column.TextOrNull(),
            CoverageArea = column.JsonOrNull(),
            AvailableTime = column.Json(),
            NotAvailable = column.Json(),
            LicensedHealthcareService = ReadLicensing(ref column),
            IsActive = column.Flag(),
            InsertedAt = column.Instant(),
            InsertedBy = column.Uuid(),
            UpdatedAt = column.InstantOrNull(),
            UpdatedBy = column.UuidOrNull(),
        };
    }

    private static HealthcareService.Licensing? ReadLicensing(ref RowCursor column)
    {
        var (status, updatedAt) = (column.TextOrNull(), column.InstantOrNull());
        return status is null ? null : new(status, updatedAt);
    }
}
