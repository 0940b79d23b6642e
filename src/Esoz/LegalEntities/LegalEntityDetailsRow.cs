using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.LegalEntities;

/// <summary>How a row of <c>legal_entities</c> becomes a <see cref="LegalEntityDetails"/>.</summary>
public static class LegalEntityDetailsRow
{
    /// <summary>The legal entity whose id is <c>$1</c>, whatever its status and activity; no row when there is none.</summary>
    public const string Select = $"""
        SELECT legal_entity.id, legal_entity.edr, legal_entity.edrpou, legal_entity.type, legal_entity.residence_address, legal_entity.phones,
               legal_entity.email, legal_entity.website, legal_entity.receiver_funds_code, legal_entity.beneficiary, legal_entity.accreditation,
               {LicenseRow.Columns},
               legal_entity.archive, legal_entity.status, legal_entity.nhs_verified, legal_entity.nhs_reviewed, legal_entity.nhs_comment, legal_entity.is_active,
               legal_entity.inserted_at, legal_entity.inserted_by, legal_entity.updated_at, legal_entity.updated_by
          FROM legal_entities legal_entity
          {LicenseRow.Join}
         WHERE legal_entity.id = $1
        """;

    /// <param name="row">A row of <see cref="Select"/>.</param>
    public static LegalEntityDetails Read(NpgsqlDataReader row)
    {
        var column = new RowCursor(row);
        return new()
        {
            Id = column.Uuid(),
            Edr = column.JsonOrNull(),
            Edrpou = column.Text(),
            Type = column.Text(),
            ResidenceAddress = column.JsonOrNull(),
            Phones = column.JsonOrNull(),
            Email = column.TextOrNull(),
            Website = column.TextOrNull(),
            ReceiverFundsCode = column.TextOrNull(),
            Beneficiary = column.TextOrNull(),
            Accreditation = column.JsonOrNull(),
            License = LicenseRow.Read(ref column),
            Archive = column.JsonOrNull(),
            Status = column.Text(),
            NhsVerified = column.Flag(),
            NhsReviewed = column.Flag(),
            NhsComment = column.TextOrNull(),
            IsActive = column.Flag(),
            InsertedAt = column.Instant(),
            InsertedBy = column.Uuid(),
            UpdatedAt = column.InstantOrNull(),
            UpdatedBy = column.UuidOrNull(),
        };
    }
}
