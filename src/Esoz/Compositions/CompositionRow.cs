using System.Text.Json;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Json;
using Npgsql;

namespace Esoz.Compositions;

/// <summary>A row of <c>compositions</c>, which becomes a <see cref="Composition"/>.</summary>
public sealed record CompositionRow(
    Guid Id, string Status, string Type, string Category, DateTime Date, string Title, string SubjectType, Guid SubjectId, Guid EncounterId,
    Guid AuthorId, Guid CustodianId, DateTime PeriodStart, DateTime? PeriodEnd, string FocusType, Guid FocusId, RawJson Extension,
    string? RelatesToCode, Guid? RelatesToId)
{
    private static readonly RowMap<CompositionRow> Map = new("composition");

    /// <summary>The columns of the table named <c>composition</c>.</summary>
    public static string Columns => Map.Columns;

    /// <param name="row">A row.</param>
    /// <param name="first">Ordinal of the first of <see cref="Columns"/>.</param>
    public static Composition Read(NpgsqlDataReader row, int first) => Map.Read(row, first).Composition();

    private Composition Composition() => new(
        Identifier: Resource("composition", Id),
        Status: Status,
        Type: Concept(CompositionTerms.TypeSystem, Type),
        Category: Concept(CompositionTerms.CategorySystem, Category),
        Date: Date,
        Title: Title,
        Subject: Resource(SubjectType, SubjectId),
        Encounter: Resource("encounter", EncounterId),
        Author: Resource("employee", AuthorId),
        Custodian: Resource("legal_entity", CustodianId),
        Event: [new(Concept(CompositionTerms.EventSystem, CompositionTerms.ValidityPeriod), new(PeriodStart, PeriodEnd))],
        Section: new(Resource(FocusType, FocusId)),
        Extension: JsonSerializer.Deserialize<CompositionExtension[]>(Extension.Utf8.Span, McDialect.Json)!,
        RelatesTo: RelatesToCode is { } code ? new(code, Resource("composition", RelatesToId!.Value)) : null);

    private static CodeableConcept Concept(string system, string code) => new([new(system, code)]);

    private static ResourceIdentifier Resource(string kind, Guid id) => new(Concept(CompositionTerms.ResourceSystem, kind), id);
}
