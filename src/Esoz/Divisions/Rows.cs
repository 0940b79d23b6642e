using Esoz.Platform.Database;

namespace Esoz.Divisions;

/// <summary>How rows become entities.</summary>
internal static class Rows
{
    /// <summary>A statement does not see the addresses that it writes itself: who writes some shows those instead.</summary>
    public static readonly RowMap<Division> Division = new RowMap<Division>("division")
        .Column(division => division.Addresses, DivisionAddressRow.ListOf("division.id"), DivisionAddressRow.Read)
        .Nested(division => division.Location, new RowMap<Location>("division"));
}
