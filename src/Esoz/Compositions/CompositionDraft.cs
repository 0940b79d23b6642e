namespace Esoz.Compositions;

/// <summary>
/// A requested composition whose body has been validated: payload of the task that creates it. Rules use only the calendar dates of the
/// period.
/// </summary>
/// <param name="Id">Assigned before the task runs, so that a repeated run cannot create a second composition.</param>
/// <param name="SubjectType">person or preperson; the same for <paramref name="FocusType"/>.</param>
/// <param name="CustodianId">Client of the caller.</param>
/// <param name="UserId">Author of the record.</param>
/// <param name="PeriodEnd">Null for a newborn.</param>
/// <param name="Replaces">Composition that the caller wants to replace; at most one of this and <paramref name="Appends"/>.</param>
/// <param name="Appends">Composition that the caller wants to extend.</param>
public sealed record CompositionDraft(
    Guid Id,
    string Type,
    string Category,
    string SubjectType,
    Guid SubjectId,
    string FocusType,
    Guid FocusId,
    Guid EncounterId,
    Guid AuthorId,
    Guid CustodianId,
    Guid UserId,
    DateTime PeriodStart,
    DateTime? PeriodEnd,
    IReadOnlyList<CompositionExtension> Extension,
    Guid? Replaces,
    Guid? Appends)
{
    /// <summary>Composition of the relation that the caller sent; null when the caller sent none.</summary>
    internal Guid? RequestedTarget => Replaces ?? Appends;

    internal DateOnly StartDate => DateOnly.FromDateTime(PeriodStart);

    internal DateOnly? EndDate => PeriodEnd is { } end ? DateOnly.FromDateTime(end) : null;

    /// <summary>Calendar days, both ends included.</summary>
    internal int? LengthInDays => EndDate?.DayNumber - StartDate.DayNumber + 1;

    internal bool IsForceRenewed => Extension.Find(CompositionExtension.IsForceRenew) is { ValueBoolean: true };
}
