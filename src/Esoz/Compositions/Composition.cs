using System.Text.Json.Serialization;
using Esoz.Platform.Json;

namespace Esoz.Compositions;

/// <summary>
/// Composition (медичний висновок) as getComposition returns it, and as its author signs it (compositions §2);
/// members are in the documented order. Lifecycle: PRELIMINARY → FINAL → ENTERED_IN_ERROR; FINAL ↔ AMENDED while a replacement is in force.
/// </summary>
/// <param name="Date">When the draft was created.</param>
/// <param name="Title">Human-readable number.</param>
/// <param name="RelatesTo">Absent when it does not relate to another composition.</param>
public sealed record Composition(
    ResourceIdentifier Identifier,
    string Status,
    CodeableConcept Type,
    CodeableConcept Category,
    DateTime Date,
    string Title,
    ResourceIdentifier Subject,
    ResourceIdentifier Encounter,
    ResourceIdentifier Author,
    ResourceIdentifier Custodian,
    IReadOnlyList<Composition.Validity> Event,
    Composition.Content Section,
    IReadOnlyList<CompositionExtension> Extension,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Composition.Relation? RelatesTo) : IAccessedRecord
{
    IEnumerable<Guid> IAccessedRecord.ObjectIds => [Identifier.Value, Section.Focus.Value];

    Guid? IAccessedRecord.PersonId => Subject.Value;

    /// <summary>The period for which it is valid.</summary>
    public sealed record Validity(CodeableConcept Code, Period Period);

    /// <param name="End">Null for a newborn.</param>
    public sealed record Period(
        [property: JsonConverter(typeof(McWholeSecondConverter))] DateTime Start,
        [property: JsonConverter(typeof(McWholeSecondConverter))] DateTime? End);

    public sealed record Content(ResourceIdentifier Focus);

    /// <param name="Code">appends, transforms or replaces.</param>
    public sealed record Relation(string Code, ResourceIdentifier TargetIdentifier);
}
