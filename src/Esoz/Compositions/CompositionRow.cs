using System.Text.Json;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Npgsql;

namespace Esoz.Compositions;

/// <summary>How a row of <c>compositions</c> becomes a <see cref="Composition"/>.</summary>
public static class CompositionRow
{
    /// <summary>The columns of the table named <c>composition</c>, in the order in which they are read.</summary>
    public const string Columns = """
        composition.id, composition.status, composition.type, composition.category, composition.date, composition.title,
        composition.subject_type, composition.subject_id, composition.encounter_id, composition.author_id, composition.custodian_id,
        composition.period_start, composition.period_end, composition.focus_type, composition.focus_id, composition.extension,
        composition.relates_to_code, composition.relates_to_id
        """;

    /// <param name="row">A row.</param>
    /// <param name="first">Ordinal of its <c>id</c>.</param>
    public static Composition Read(NpgsqlDataReader row, int first)
    {
        var column = new RowCursor(row, first);
        return new(
            Identifier: Resource("composition", column.Uuid()),
            Status: column.Text(),
            Type: Concept(CompositionTerms.TypeSystem, column.Text()),
            Category: Concept(CompositionTerms.CategorySystem, column.Text()),
            Date: column.Instant(),
            Title: column.Text(),
            Subject: Resource(column.Text(), column.Uuid()),
            Encounter: Resource("encounter", column.Uuid()),
            Author: Resource("employee", column.Uuid()),
            Custodian: Resource("legal_entity", column.Uuid()),
            Event: [new(Concept(CompositionTerms.EventSystem, CompositionTerms.ValidityPeriod), new(column.Instant(), column.InstantOrNull()))],
            Section: new(Resource(column.Text(), column.Uuid())),
            Extension: JsonSerializer.Deserialize<CompositionExtension[]>(column.Json().Utf8.Span, McDialect.Json)!,
            RelatesTo: column.TextOrNull() is { } code ? new(code, Resource("composition", column.Uuid())) : null);
    }

    private static CodeableConcept Concept(string system, string code) => new([new(system, code)]);

    private static ResourceIdentifier Resource(string kind, Guid id) => new(Concept(CompositionTerms.ResourceSystem, kind), id);
}
