using System.Text.Json;
using Esoz.Platform.Json;
using Npgsql;

namespace Esoz.Compositions;

/// <summary>Maps a row of <c>compositions</c> to a <see cref="Composition"/>.</summary>
public static class CompositionRow
{
    private static readonly RowMap<Stored> Map = new("composition");

    /// <summary>The columns of the table named <c>composition</c>.</summary>
    public static string Columns => Map.Columns;

    /// <param name="row">A row.</param>
    /// <param name="first">Ordinal of the first of <see cref="Columns"/>.</param>
    public static Composition Read(NpgsqlDataReader row, int first) => Shown(Map.Read(row, first));

    private static Composition Shown(Stored row) => new(
        Identifier: Resource("composition", row.Id),
        Status: row.Status,
        Type: Concept(CompositionTerms.TypeSystem, row.Type),
        Category: Concept(CompositionTerms.CategorySystem, row.Category),
        Date: row.Date,
        Title: row.Title,
        Subject: Resource(row.SubjectType, row.SubjectId),
        Encounter: Resource("encounter", row.EncounterId),
        Author: Resource("employee", row.AuthorId),
        Custodian: Resource("legal_entity", row.CustodianId),
        Event: [new(Concept(CompositionTerms.EventSystem, CompositionTerms.ValidityPeriod), new(row.PeriodStart, row.PeriodEnd))],
        Section: new(Resource(row.FocusType, row.FocusId)),
        Extension: JsonSerializer.Deserialize<CompositionExtension[]>(row.Extension.Utf8.Span, McDialect.Json)!,
        RelatesTo: row.RelatesToCode is { } code ? new(code, Resource("composition", row.RelatesToId!.Value)) : null);

    /// <summary>The reference to an episode in a row of searchCompositions.</summary>
    internal static ResourceIdentifier Episode(Guid id) => Resource("episode_of_care", id);

    private static CodeableConcept Concept(string system, string code) => new([new(system, code)]);

    private static ResourceIdentifier Resource(string kind, Guid id) => new(Concept(CompositionTerms.ResourceSystem, kind), id);

    internal sealed record Stored(
        Guid Id, string Status, string Type, string Category, DateTime Date, string Title, string SubjectType, Guid SubjectId,
        Guid EncounterId,
        Guid AuthorId, Guid CustodianId, DateTime PeriodStart, DateTime? PeriodEnd, string FocusType, Guid FocusId, RawJson Extension,
        string? RelatesToCode, Guid? RelatesToId);
}
