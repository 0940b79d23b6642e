namespace Esoz.Divisions;

/// <summary>Maps rows to entities.</summary>
internal static class Rows
{
    /// <summary>
    /// A statement does not see the addresses that it inserts itself: a method that writes addresses must return those instead.
    /// </summary>
    public static readonly RowMap<Division> Division = new RowMap<Division>("division")
        .Column(division => division.Addresses, DivisionAddressRow.ListOf("division.id"), DivisionAddressRow.Read)
        .Column(division => division.Phones, StoredJson.WithoutNulls("division.phones"))
        .Nested(division => division.Location, new RowMap<Location>("division"));
}
