using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Divisions;

/// <summary>How a row of <c>divisions</c> with its addresses becomes a <see cref="Division"/>.</summary>
public static class DivisionRow
{
    /// <summary>
    /// The columns of the row named <c>division</c>, in the order of the members. A statement does not see the addresses that it writes
    /// itself: who writes some shows those instead.
    /// </summary>
    public static readonly string Columns = $"""
        division.id, division.name, {DivisionAddressRow.ListOf("division.id")} AS addresses, division.phones, division.email, division.working_hours,
        division.type, division.legal_entity_id, division.external_id, division.latitude, division.longitude, division.status,
        division.mountain_group, division.dls_id, division.dls_verified,
        division.inserted_at, division.inserted_by, division.updated_at, division.updated_by
        """;

    /// <param name="row">A row.</param>
    /// <param name="first">Ordinal of its <c>id</c>.</param>
    public static Division Read(NpgsqlDataReader row, int first)
    {
        var column = new RowCursor(row, first);
        return new()
        {
            Id = column.Uuid(),
            Name = column.Text(),
            Addresses = DivisionAddressRow.Read(column.Json()),
            Phones = column.Json(),
            Email = column.TextOrNull(),
            WorkingHours = column.JsonOrNull(),
            Type = column.Text(),
            LegalEntityId = column.Uuid(),
            ExternalId = column.TextOrNull(),
            Location = ReadLocation(ref column),
            Status = column.Text(),
            MountainGroup = column.Flag(),
            DlsId = column.TextOrNull(),
            DlsVerified = column.FlagOrNull(),
            InsertedAt = column.Instant(),
            InsertedBy = column.Uuid(),
            UpdatedAt = column.InstantOrNull(),
            UpdatedBy = column.UuidOrNull(),
        };
    }

    private static Location? ReadLocation(ref RowCursor column) =>
        (column.NumberOrNull(), column.NumberOrNull()) is ({ } latitude, { } longitude) ? new(latitude, longitude) : null;
}
