using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.LegalEntities;

/// <summary>How a row of <c>legal_entities</c> becomes a <see cref="LegalEntity"/>.</summary>
public static class LegalEntityRow
{
    /// <summary>The columns of the table named <c>legal_entity</c> and of <see cref="LicenseRow.Join"/>, in the order of the members.</summary>
    public const string Columns = $"""
        legal_entity.id, legal_entity.edr, legal_entity.edrpou, legal_entity.type, legal_entity.residence_address, legal_entity.phones,
        legal_entity.email, legal_entity.website, legal_entity.receiver_funds_code, legal_entity.beneficiary, legal_entity.accreditation,
        {LicenseRow.Columns},
        legal_entity.archive, legal_entity.status, legal_entity.nhs_verified, legal_entity.is_active,
        legal_entity.inserted_at, legal_entity.inserted_by, legal_entity.updated_at, legal_entity.updated_by
        """;

    /// <param name="row">A row.</param>
    /// <param name="first">Ordinal of its <c>id</c>.</param>
    public static LegalEntity Read(NpgsqlDataReader row, int first)
    {
        var column = new RowCursor(row, first);
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
            IsActive = column.Flag(),
            InsertedAt = column.Instant(),
            InsertedBy = column.Uuid(),
            UpdatedAt = column.InstantOrNull(),
            UpdatedBy = column.UuidOrNull(),
        };
    }
}
