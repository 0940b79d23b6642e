using System.Text.Json;
using Esoz.Platform.Json;

namespace Esoz.Divisions;

/// <summary>
/// Maps rows of <c>division_addresses</c> to <see cref="DivisionAddress"/>es and back. A replaced address stays as a row with
/// <c>is_active</c> = false: nothing is deleted, and the table is not in the audit log, so these rows are its history. The ids assigned in
/// one write ascend, so the order of ids is the order in which the addresses were sent.
/// </summary>
public static class DivisionAddressRow
{
    private static readonly RowMap<DivisionAddress> Kept = new("kept");
    private static readonly RowMap<DivisionAddress> Sent = new("sent");

    /// <summary>The members of an address, which are columns of the same names.</summary>
    public static IReadOnlyList<string> Members { get; } = [.. Kept.Names];

    /// <summary>SQL of a JSON array with the current addresses of a division.</summary>
    /// <param name="division">SQL of its id.</param>
    public static string ListOf(string division) => $"""
        (SELECT coalesce(json_agg((SELECT row_to_json(address) FROM (SELECT {Kept.Columns}) address) ORDER BY kept.id), '[]')
           FROM division_addresses kept
          WHERE kept.division_id = {division} AND kept.is_active)
        """;

    /// <summary>SQL that adds the sent addresses to the row <c>division</c>; adds nothing when they are null.</summary>
    /// <param name="ids">SQL of the ids from <see cref="NewIds"/>.</param>
    /// <param name="addresses">SQL of the text from <see cref="Json"/>.</param>
    /// <param name="author">SQL of the user.</param>
    public static string Insert(string ids, string addresses, string author) => $"""
        INSERT INTO division_addresses (id, division_id, {string.Join(", ", Members)}, inserted_by, updated_at, updated_by)
        SELECT sent.id, division.id, {Sent.Columns}, {author}, now(), {author}
          FROM division,
               ROWS FROM (unnest({ids}::uuid[]),
                          json_to_recordset({addresses}::json) AS ({string.Join(", ", Members.Select(member => $"{member} {(member == "settlement_id" ? "uuid" : "text")}"))})) AS sent (id)
        """;

    /// <summary>One new id per address, in ascending order.</summary>
    public static Guid[] NewIds(IReadOnlyList<DivisionAddress>? addresses) => [.. (addresses ?? []).Select(_ => Guid.NewGuid()).Order()];

    public static string? Json(IReadOnlyList<DivisionAddress>? addresses) =>
        addresses is null ? null : JsonSerializer.Serialize(addresses, IlDialect.Json);

    /// <param name="list">Result of <see cref="ListOf"/>.</param>
    public static IReadOnlyList<DivisionAddress> Read(RawJson list) =>
        JsonSerializer.Deserialize<DivisionAddress[]>(list.Utf8.Span, IlDialect.Json)!;
}
