using Esoz.Platform.Database;

namespace Esoz.LegalEntities;

/// <summary>How the licence of a legal entity is found and read.</summary>
internal static class LicenseRow
{
    /// <summary>At most one row <c>license</c> for the table named <c>legal_entity</c>.</summary>
    public const string Join = """
        LEFT JOIN LATERAL (
          SELECT * FROM licenses WHERE licenses.legal_entity_id = legal_entity.id AND is_primary AND is_active ORDER BY inserted_at DESC, id DESC LIMIT 1
        ) license ON true
        """;

    /// <summary>The columns, in the order of the members.</summary>
    public const string Columns = """
        license.id, license.type, license.is_active, license.issued_by, license.issued_date, license.active_from_date, license.order_no,
        license.license_number, license.expiry_date, license.what_licensed, license.inserted_at, license.inserted_by, license.updated_at, license.updated_by
        """;

    private const int ColumnCount = 14;

    /// <summary>Null when the legal entity has none.</summary>
    public static License? Read(ref RowCursor column)
    {
        if (column.IsNull)
        {
            column.Skip(ColumnCount);
            return null;
        }
        return new()
        {
            Id = column.Uuid(),
            Type = column.Text(),
            IsActive = column.Flag(),
            IssuedBy = column.TextOrNull(),
            IssuedDate = column.DateOrNull(),
            ActiveFromDate = column.DateOrNull(),
            OrderNo = column.TextOrNull(),
            LicenseNumber = column.TextOrNull(),
            ExpiryDate = column.DateOrNull(),
            WhatLicensed = column.TextOrNull(),
            InsertedAt = column.Instant(),
            InsertedBy = column.Uuid(),
            UpdatedAt = column.InstantOrNull(),
            UpdatedBy = column.UuidOrNull(),
        };
    }
}
