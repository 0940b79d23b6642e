using System.Text.Json.Serialization;

namespace Esoz.Compositions;

/// <summary>
/// A row of searchCompositions: a composition and the episode, without which a client could not ask for it (compositions §2). What is
/// signed is the <see cref="Composition"/>, so it does not have the episode.
/// </summary>
public sealed record CompositionSearchRow(
    ResourceIdentifier Identifier,
    string Status,
    CodeableConcept Type,
    CodeableConcept Category,
    DateTime Date,
    string Title,
    ResourceIdentifier Subject,
    ResourceIdentifier Encounter,
    ResourceIdentifier EpisodeOfCare,
    ResourceIdentifier Author,
    ResourceIdentifier Custodian,
    IReadOnlyList<Composition.Validity> Event,
    Composition.Content Section,
    IReadOnlyList<CompositionExtension> Extension,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Composition.Relation? RelatesTo) : IAccessedRecord
{
    IEnumerable<Guid> IAccessedRecord.ObjectIds => [Identifier.Value, Section.Focus.Value];

    Guid? IAccessedRecord.PersonId => Subject.Value;

    /// <param name="episode">The composition's episode.</param>
    public static CompositionSearchRow Of(Composition it, ResourceIdentifier episode) => new(
        it.Identifier, it.Status, it.Type, it.Category, it.Date, it.Title, it.Subject, it.Encounter, episode, it.Author, it.Custodian,
        it.Event, it.Section, it.Extension, it.RelatesTo);
}
