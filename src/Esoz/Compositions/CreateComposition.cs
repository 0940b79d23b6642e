using System.Collections.Frozen;
using System.Text.Json;
using Esoz.Dictionaries;
using Esoz.Platform.Schema;
using static Esoz.Compositions.CompositionErrors;

namespace Esoz.Compositions;

/// <summary>API-006-001-001-0211 createComposition (compositions §4).</summary>
public static class CreateComposition
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(CreateComposition));

    private static readonly Validation TypeSystemIsKnown = new("2", "type system is COMPOSITION_TYPES",
        Error(1073, "COMPOSITION_TYPE_SYSTEM_INVALID", "Invalid composition type system"));

    private static readonly Validation TypeIsKnown = new("2", "type code is TEMP_DISABILITY or NEWBORN",
        Error(1801, "COMPOSITION_TYPE_CODE_INVALID", "Invalid composition type code"));

    private static readonly Validation NewbornCategorySystemIsKnown = new("3", "МВН: category system is COMPOSITION_CATEGORIES",
        Error(1081, "COMPOSITION_CATEGORY_SYSTEM_INVALID", "Invalid composition category system"));

    private static readonly Validation DisabilityCategorySystemIsKnown = new("3", "МВТН: category system is COMPOSITION_CATEGORIES",
        Error(1085, "COMPOSITION_CATEGORY_SYSTEM_INVALID", "Invalid composition category system"));

    private static readonly Validation CategoryIsKnown = new("3", "category code is in the dictionary",
        Error(1161, "COMPOSITION_CATEGORY_CODE_INVALID", "Invalid composition category code"));

    private static readonly Validation CategoryFitsType = new("3", "category is allowed for the type",
        Error(1802, "COMPOSITION_CATEGORY_NOT_ALLOWED", "Category is not allowed for composition type"));

    private static readonly Validation EventIsValidityPeriod = new("4", "event code is COMPOSITION_VALIDITY_PERIOD of COMPOSITION_EVENTS",
        Error(1803, "COMPOSITION_EVENT_INVALID", "Invalid composition event"));

    private static readonly Validation ExtensionsAreValid = new(
        "5", "extensions are those of the type, each once, with their own member; МВН has NEWBORN_BIRTH_DATE and NEWBORN_SEX",
        Error(1806, "EXTENSION_INVALID", "Invalid extension"));

    private static readonly Validation TreatmentViolationIsKnown = new("5", "value of TREATMENT_VIOLATION is in the dictionary",
        Error(1088, "TREATMENT_VIOLATION_INVALID", "Invalid treatment violation"));

    private static readonly Validation PeriodIsValid = new(
        "6", "МВТН: the period has an end, not before its start; МВН: it has none and starts on NEWBORN_BIRTH_DATE",
        Error(1804, "COMPOSITION_PERIOD_INVALID", "Invalid composition period"));

    private static readonly Validation SubjectFitsType = new("7", "subject of МВТН is a person or a preperson, of МВН a preperson",
        Error(1154, "SUBJECT_TYPE_INVALID", "Invalid subject type"));

    private static readonly Validation FocusFitsType = new("8", "focus of МВТН is a person or a preperson, of МВН a person",
        Error(1171, "FOCUS_TYPE_INVALID", "Invalid focus type"));

    private static readonly Validation PrepersonCategoryIsAllowed = new("9", "МВТН of a preperson has category SICKNESS or CHILD_CARE",
        Error(1805, "PREPERSON_CATEGORY_NOT_ALLOWED", "Category is not allowed for preperson"));

    private static readonly Validation RelationMayBeSent = new("10", "relatesTo.code is replaces, or appends on a МВТН", RelationInvalid);

    public static readonly MethodCard Card = new("API-006-001-001-0211", "createComposition",
        "POST", "/api/patients/composition", Family.Mc, "composition:create")
    {
        Purpose = "Schedules a job that creates a composition in status PRELIMINARY",
        Handle = Handle,
        HasPersonalData = true,
        Body = Schema,
        Validations =
        [
            TypeSystemIsKnown, TypeIsKnown, NewbornCategorySystemIsKnown, DisabilityCategorySystemIsKnown, CategoryIsKnown,
            CategoryFitsType,
            EventIsValidityPeriod, ExtensionsAreValid, TreatmentViolationIsKnown, PeriodIsValid, SubjectFitsType, FocusFitsType,
            PrepersonCategoryIsAllowed, RelationMayBeSent,
        ],
        JobErrors = CreateCompositionTask.Errors,
        Answer = typeof(AsyncJob),
    };

    public static async Task<Reply> Handle(
        Caller caller, Body body, HttpRequest http, DictionaryCodes dictionaries, AsyncJobs jobs, CancellationToken ct)
    {
        if (!body.Matches<Request>(Schema, out var request, out var malformed))
            return malformed;

        var draft = DraftOf(request, caller);
        var refusal = Check(request, draft,
            categories: await dictionaries.Of(CompositionTerms.CategorySystem, ct),
            violations: await dictionaries.Of(CompositionTerms.TreatmentViolationSystem, ct));
        if (refusal is not null)
            return refusal;

        return Reply.Data(await jobs.Start(CreateCompositionTask.Type, caller, http, body,
            draft.SubjectId, draft.Id, JsonSerializer.Serialize(draft, JsonSerializerOptions.Web), ct));
    }

    private static Refusal? Check(Request request, CompositionDraft draft, FrozenSet<string> categories, FrozenSet<string> violations)
    {
        if (request.Type.Only.System != CompositionTerms.TypeSystem)
            return TypeSystemIsKnown;

        if (draft.Type is not (CompositionType.Disability or CompositionType.Newborn))
            return TypeIsKnown;

        var newborn = draft.Type == CompositionType.Newborn;

        if (request.Category.Only.System != CompositionTerms.CategorySystem)
            return newborn ? NewbornCategorySystemIsKnown : DisabilityCategorySystemIsKnown;

        if (!categories.Contains(draft.Category))
            return CategoryIsKnown;

        if (!CompositionCategory.Of(draft.Type).Contains(draft.Category))
            return CategoryFitsType;

        if (request.Event[0].Code.Only is not { System: CompositionTerms.EventSystem, Code: CompositionTerms.ValidityPeriod })
            return EventIsValidityPeriod;

        if (!CompositionExtension.AreValid(draft.Extension, draft.Type))
            return ExtensionsAreValid;

        if (draft.Extension.Find(CompositionExtension.TreatmentViolation) is { ValueString: { } violation }
            && !violations.Contains(violation))
            return TreatmentViolationIsKnown;

        var periodIsValid = newborn
            ? draft.EndDate is null && draft.StartDate == draft.Extension.Find(CompositionExtension.NewbornBirthDate)!.ValueDate
            : draft.EndDate >= draft.StartDate;
        if (!periodIsValid)
            return PeriodIsValid;

        if (newborn ? draft.SubjectType != PatientType.Preperson : draft.SubjectType is not (PatientType.Person or PatientType.Preperson))
            return SubjectFitsType;

        if (newborn ? draft.FocusType != PatientType.Person : draft.FocusType is not (PatientType.Person or PatientType.Preperson))
            return FocusFitsType;

        if (!newborn && draft.SubjectType == PatientType.Preperson
            && draft.Category is not (CompositionCategory.Sickness or CompositionCategory.ChildCare))
            return PrepersonCategoryIsAllowed;

        if (request.RelatesTo is { Code: var relation } && relation != CompositionTerms.Replaces
            && (newborn || relation != CompositionTerms.Appends))
            return RelationMayBeSent;

        return null;
    }

    private static CompositionDraft DraftOf(Request request, Caller caller) => new(
        Id: Guid.NewGuid(),
        Type: request.Type.Only.Code,
        Category: request.Category.Only.Code,
        SubjectType: request.Subject.Kind,
        SubjectId: request.Subject.Value,
        FocusType: request.Section.Focus.Kind,
        FocusId: request.Section.Focus.Value,
        EncounterId: request.Encounter.Value,
        AuthorId: request.Author.Value,
        CustodianId: caller.ClientId,
        UserId: caller.UserId,
        PeriodStart: request.Event[0].Period.Start,
        PeriodEnd: request.Event[0].Period.End,
        Extension: [.. (request.Extension ?? []).Select(extension => extension.Normalized)],
        Replaces: request.RelatesTo is { Code: CompositionTerms.Replaces } replaced ? replaced.TargetIdentifier.Value : null,
        Appends: request.RelatesTo is { Code: CompositionTerms.Appends } extended ? extended.TargetIdentifier.Value : null);

    private sealed record Request(
        CodeableConcept Type, CodeableConcept Category, IReadOnlyList<Event> Event, ResourceIdentifier Subject,
        ResourceIdentifier Encounter,
        ResourceIdentifier Author, Section Section, IReadOnlyList<CompositionExtension>? Extension, RelatesTo? RelatesTo);

    private sealed record Event(CodeableConcept Code, Period Period);

    private sealed record Period(DateTime Start, DateTime? End);

    private sealed record Section(ResourceIdentifier Focus);

    private sealed record RelatesTo(string Code, ResourceIdentifier TargetIdentifier);
}
