using Esoz.Platform;
using static Esoz.Compositions.CompositionErrors;

namespace Esoz.Compositions;

/// <summary>How a new composition relates to an earlier one, decided when the draft is created (compositions §12).</summary>
/// <param name="Code">appends, transforms or replaces.</param>
public sealed record CompositionRelation(string Code, Guid Target)
{
    private static readonly Validation TargetExists = new("8", "the composition that is to be replaced exists",
        Error(1000, "COMPOSITION_NOT_FOUND_ERROR", "Composition not found"));

    private static readonly Validation TypeStays = new("8", "it has the same type",
        Error(1146, "COMPOSITION_TYPE_CHANGED", "Composition type must not change"));

    private static readonly Validation ReplacementIsAllowed = new("8", "RC_6 or, when it is switched on, RC_7 allows to replace it",
        Error(1001, "COMPOSITION_UPDATE_PREPERSON_TO_PERSON_ONLY", "Composition updates are only allowed for preperson->person"));

    /// <summary>Rules of a replacement, in order.</summary>
    public static readonly IReadOnlyList<Validation> Rules = [TargetExists, TypeStays, ReplacementIsAllowed];

    /// <summary>The relation of a valid draft; null when it has none.</summary>
    public static CompositionRelation? Of(CompositionDraft draft, RelationCandidate? candidate) =>
        draft.Replaces is { } target ? new(CompositionTerms.Replaces, target)
        : candidate is not null ? To(candidate, draft)
        : null;

    /// <summary>Whether RC_5 searches for an earlier composition: МВТН, no forced renewal, and the caller specified no relation.</summary>
    public static bool IsRequired(CompositionDraft draft) =>
        draft is { Type: CompositionType.Disability, Replaces: null, IsForceRenewed: false };

    /// <summary>RC_5: an equal or earlier end shortens the earlier composition, a later one extends it.</summary>
    private static CompositionRelation To(RelationCandidate candidate, CompositionDraft draft) =>
        new(draft.EndDate <= candidate.End ? CompositionTerms.Transforms : CompositionTerms.Appends, candidate.Id);

    /// <summary>Why the draft may not replace <paramref name="target"/>: RC_6 and, if enabled, RC_7; null when it may.</summary>
    public static Refusal? RefuseReplacement(CompositionDraft draft, ReplacementTarget? target, CompositionOptions options)
    {
        if (target is null)
            return TargetExists;

        if (target.Type != draft.Type)
            return TypeStays;

        // RC_6: a preperson was identified as a person
        if (draft is { Type: CompositionType.Disability, SubjectType: PatientType.Person }
            && target.SubjectType == PatientType.Preperson)
            return null;

        // RC_7: the earlier one was cancelled to be replaced by a corrected one
        if (options.ReplaceEnabled
            && target is { Status: CompositionStatus.EnteredInError, CancelledWithinYear: true, CancelReason: { } reason }
            && options.LimitsOf(draft.Type).ReplacementReasons.Contains(reason))
            return null;

        return ReplacementIsAllowed;
    }
}

/// <summary>The earlier composition that RC_5 selects.</summary>
/// <param name="End">Calendar date of its end.</param>
public sealed record RelationCandidate(Guid Id, DateOnly End);

/// <summary>State of a composition that is to be replaced.</summary>
/// <param name="CancelledWithinYear">It was cancelled, at most 365 days ago.</param>
public sealed record ReplacementTarget(string Type, string Status, string SubjectType, string? CancelReason, bool CancelledWithinYear);
