using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Contracts;

/// <summary>How a row of <c>contract_divisions</c> becomes a <see cref="ContractDivision"/>.</summary>
public static class ContractDivisionRow
{
    /// <summary>The columns of the table named <c>contract_division</c>, in the order of the members.</summary>
    public const string Columns = """
        contract_division.id, contract_division.division_id, contract_division.contract_id, contract_division.is_active,
        contract_division.inserted_at, contract_division.inserted_by, contract_division.updated_at, contract_division.updated_by
        """;

    /// <param name="row">A row.</param>
    /// <param name="first">Ordinal of its <c>id</c>.</param>
    public static ContractDivision Read(NpgsqlDataReader row, int first)
    {
        var column = new RowCursor(row, first);
        return new()
        {
            Id = column.Uuid(),
            DivisionId = column.Uuid(),
            ContractId = column.Uuid(),
            IsActive = column.Flag(),
            InsertedAt = column.Instant(),
            InsertedBy = column.Uuid(),
            UpdatedAt = column.InstantOrNull(),
            UpdatedBy = column.UuidOrNull(),
        };
    }
}
