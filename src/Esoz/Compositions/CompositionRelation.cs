using static Esoz.Compositions.CompositionErrors;

namespace Esoz.Compositions;

/// <summary>How a new composition relates to an earlier one, decided when the draft is created (compositions §12).</summary>
/// <param name="Code">appends, transforms or replaces.</param>
/// <param name="IsRequested">The caller sent it; otherwise RC_5 set it.</param>
public sealed record CompositionRelation(string Code, Guid Target, bool IsRequested)
{
    private static readonly Validation TargetExists = new(
        "11", "the composition that the caller relates to exists, and the caller may read it", NotFoundInJob);

    private static readonly Validation TargetIsFinal = new("11", "appends: it is FINAL", RelatedNotFinal);

    private static readonly Validation TypeStays = new("11", "it has the same type",
        Error(1146, "COMPOSITION_TYPE_CHANGED", "Composition type must not change"));

    private static readonly Validation ReplacementIsAllowed = new("11", "replaces: RC_6 or, when it is switched on, RC_7 allows it",
        Error(1001, "COMPOSITION_UPDATE_PREPERSON_TO_PERSON_ONLY", "Composition updates are only allowed for preperson->person"));

    private static readonly Validation RelationFits = new("11",
        "appends: same subject and category, it ends earlier, at most one day before the start; RC_6: its subject was identified as this one",
        RelationInvalid);

    private static readonly Validation StartIsNotEarlier = new("11",
        "appends: it does not start later; RC_5: nor does another FINAL one of the same subject and category whose period touches",
        Error(1143, "NEW_START_DATE_IS_BEFORE_PREVIOUS_START_DATE", "Existing composition has start date after suggested start date"));

    /// <summary>Rules of a relation, in order.</summary>
    public static readonly IReadOnlyList<Validation> Rules =
        [TargetExists, TargetIsFinal, TypeStays, ReplacementIsAllowed, RelationFits, StartIsNotEarlier];

    /// <summary>The relation of a valid draft; null when it has none.</summary>
    public static CompositionRelation? Of(CompositionDraft draft, RelationCandidate? candidate) =>
        draft.Replaces is { } replaced ? new(CompositionTerms.Replaces, replaced, IsRequested: true)
        : draft.Appends is { } extended ? new(CompositionTerms.Appends, extended, IsRequested: true)
        : candidate is not null ? To(candidate, draft)
        : null;

    /// <summary>Whether RC_5 searches for an earlier composition: МВТН, no forced renewal, and the caller specified no relation.</summary>
    public static bool IsRequired(CompositionDraft draft) =>
        draft is { Type: CompositionType.Disability, RequestedTarget: null, IsForceRenewed: false };

    /// <summary>RC_6: whether a composition with this subject refines that of a preperson.</summary>
    internal static bool IsRefinement(string type, string subjectType, string targetSubjectType) =>
        type == CompositionType.Disability && subjectType == PatientType.Person && targetSubjectType == PatientType.Preperson;

    /// <summary>RC_5: an equal or earlier end shortens the earlier composition, a later one extends it.</summary>
    private static CompositionRelation To(RelationCandidate candidate, CompositionDraft draft) =>
        new(draft.EndDate <= candidate.End ? CompositionTerms.Transforms : CompositionTerms.Appends, candidate.Id, IsRequested: false);

    /// <summary>Why the draft may not have its relation; null when it may, or has none.</summary>
    /// <param name="target">Target of the relation that the caller sent; null when the caller cannot read it.</param>
    /// <param name="startsBeforeFinal">RC_5: a later composition that is FINAL touches the period of the draft.</param>
    public static Refusal? Refuse(CompositionDraft draft, RelationTarget? target, bool startsBeforeFinal, CompositionOptions options)
    {
        if (draft.RequestedTarget is null)
            return startsBeforeFinal ? StartIsNotEarlier.Refusal : null;

        if (target is null)
            return TargetExists;

        return draft.Replaces is null ? RefuseExtension(draft, target) : RefuseReplacement(draft, target, options);
    }

    private static Refusal? RefuseExtension(CompositionDraft draft, RelationTarget target)
    {
        if (target.Status != CompositionStatus.Final)
            return TargetIsFinal;

        if (target.Type != draft.Type)
            return TypeStays;

        // Day numbers, because the calendar ends on 9999-12-31 and so may a period.
        var fits = target.SubjectType == draft.SubjectType && target.SubjectId == draft.SubjectId && target.Category == draft.Category
            && draft.StartDate.DayNumber <= target.End?.DayNumber + 1 && draft.EndDate > target.End;
        if (!fits)
            return RelationFits;

        return draft.StartDate < target.Start ? StartIsNotEarlier.Refusal : null;
    }

    private static Refusal? RefuseReplacement(CompositionDraft draft, RelationTarget target, CompositionOptions options)
    {
        if (target.Type != draft.Type)
            return TypeStays;

        // RC_6: a preperson was identified as a person
        if (IsRefinement(draft.Type, draft.SubjectType, target.SubjectType))
            return target.IdentifiedAs == draft.SubjectId || !options.RefinementRequiresIdentification ? null : RelationFits.Refusal;

        // RC_7: the earlier one was cancelled to be replaced by a corrected one, about the same patient unless that was what was wrong
        if (options.ReplaceEnabled
            && target is { Status: CompositionStatus.EnteredInError, CancelledWithinYear: true, CancelReason: { } reason }
            && options.LimitsOf(draft.Type).ReplacementReasons.Contains(reason)
            && (reason == CompositionTerms.WrongPatient || target.SubjectId == draft.SubjectId))
            return null;

        return ReplacementIsAllowed;
    }
}

/// <summary>The earlier composition that RC_5 selects.</summary>
/// <param name="End">Calendar date of its end.</param>
public sealed record RelationCandidate(Guid Id, DateOnly End);

/// <summary>State of the composition that the caller relates a new one to.</summary>
/// <param name="Start">Calendar date.</param>
/// <param name="End">Calendar date; null for a newborn.</param>
/// <param name="CancelledWithinYear">It was cancelled, at most 365 days ago.</param>
/// <param name="IdentifiedAs">The person that its subject, a preperson, was identified as.</param>
public sealed record RelationTarget(
    string Type, string Status, string SubjectType, Guid SubjectId, string Category, DateOnly Start, DateOnly? End, string? CancelReason,
    bool CancelledWithinYear, Guid? IdentifiedAs);
