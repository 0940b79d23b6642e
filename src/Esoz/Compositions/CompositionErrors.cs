using Esoz.Platform;

namespace Esoz.Compositions;

/// <summary>
/// Business errors of the compositions, by code (compositions §10). Answered at once they are HTTP 400 with this code, name and
/// message; in a job they are <c>links[0].error</c>.
/// </summary>
public static class CompositionErrors
{
    public static readonly Refusal TaskNotFound = Refusal.NotFound("Task not found") with { Code = new(404, "TASK_NOT_FOUND") };

    // Finding and relating
    public static readonly Refusal NotFound = Refusal.NotFound("Composition not found") with { Code = new(1000, "COMPOSITION_NOT_FOUND_404") };
    public static readonly Refusal AccessDenied = Refusal.Forbidden("Access denied") with { Code = new(403, "ACCESS_DENIED") };
    public static readonly Refusal NotFoundInJob = Error(1000, "COMPOSITION_NOT_FOUND_ERROR", "Composition not found");
    public static readonly Refusal UpdatePrepersonToPersonOnly = Error(1001, "COMPOSITION_UPDATE_PREPERSON_TO_PERSON_ONLY", "Composition updates are only allowed for preperson->person");
    public static readonly Refusal AlreadyExistsForSubject = Error(1002, "COMPOSITION_ALREADY_EXISTS_FOR_SUBJECT", "Composition for a given subject already exists");
    public static readonly Refusal TypeChanged = Error(1146, "COMPOSITION_TYPE_CHANGED", "Composition type must not change");

    // What the body says
    public static readonly Refusal TypeSystemInvalid = Error(1073, "COMPOSITION_TYPE_SYSTEM_INVALID", "Invalid composition type system");
    public static readonly Refusal TypeCodeInvalid = Error(1801, "COMPOSITION_TYPE_CODE_INVALID", "Invalid composition type code");
    public static readonly Refusal NewbornCategorySystemInvalid = Error(1081, "COMPOSITION_CATEGORY_SYSTEM_INVALID", "Invalid composition category system");
    public static readonly Refusal DisabilityCategorySystemInvalid = Error(1085, "COMPOSITION_CATEGORY_SYSTEM_INVALID", "Invalid composition category system");
    public static readonly Refusal CategoryCodeInvalid = Error(1161, "COMPOSITION_CATEGORY_CODE_INVALID", "Invalid composition category code");
    public static readonly Refusal CategoryNotAllowed = Error(1802, "COMPOSITION_CATEGORY_NOT_ALLOWED", "Category is not allowed for composition type");
    public static readonly Refusal EventInvalid = Error(1803, "COMPOSITION_EVENT_INVALID", "Invalid composition event");
    public static readonly Refusal PeriodInvalid = Error(1804, "COMPOSITION_PERIOD_INVALID", "Invalid composition period");
    public static readonly Refusal PrepersonCategoryNotAllowed = Error(1805, "PREPERSON_CATEGORY_NOT_ALLOWED", "Category is not allowed for preperson");
    public static readonly Refusal ExtensionInvalid = Error(1806, "EXTENSION_INVALID", "Invalid extension");
    public static readonly Refusal TreatmentViolationInvalid = Error(1088, "TREATMENT_VIOLATION_INVALID", "Invalid treatment violation");
    public static readonly Refusal RelationInvalid = Error(1807, "RELATION_INVALID", "Invalid relation");
    public static readonly Refusal SubjectTypeInvalid = Error(1154, "SUBJECT_TYPE_INVALID", "Invalid subject type");
    public static readonly Refusal FocusTypeInvalid = Error(1171, "FOCUS_TYPE_INVALID", "Invalid focus type");

    // What the registry knows
    public static readonly Refusal AuthorInvalid = Error(1820, "AUTHOR_INVALID", "Author must be an approved employee of the legal entity");
    public static readonly Refusal AuthorUserMismatch = Error(1821, "AUTHOR_USER_MISMATCH", "User is not the author of composition");
    public static readonly Refusal CustodianInvalid = Error(1822, "CUSTODIAN_INVALID", "Legal entity must be ACTIVE or SUSPENDED");
    public static readonly Refusal CustodianTypeNotAllowed = Error(1823, "CUSTODIAN_TYPE_NOT_ALLOWED", "Legal entity type is not allowed for composition type");
    public static readonly Refusal SubjectNotFound = Error(1824, "SUBJECT_NOT_FOUND", "Subject not found");
    public static readonly Refusal FocusNotFound = Error(1825, "FOCUS_NOT_FOUND", "Focus not found");
    public static readonly Refusal EncounterNotFound = Error(1826, "ENCOUNTER_NOT_FOUND", "Encounter not found");
    public static readonly Refusal EncounterNotFinished = Error(1827, "ENCOUNTER_NOT_FINISHED", "Encounter is not finished");
    public static readonly Refusal EncounterPerformerMismatch = Error(1828, "ENCOUNTER_PERFORMER_MISMATCH", "Author is not performer of encounter");
    public static readonly Refusal EncounterWithoutDiagnosis = Error(1829, "ENCOUNTER_WITHOUT_DIAGNOSIS", "Encounter has no diagnosis");
    public static readonly Refusal AuthenticationMethodInvalid = Error(1830, "AUTHENTICATION_METHOD_INVALID", "Invalid authentication method");
    public static readonly Refusal PregnancyPeriodInvalid = Error(1831, "PREGNANCY_PERIOD_INVALID", "Invalid pregnancy period");

    // Signing
    public static readonly Refusal CantSignNonPreliminary = Error(1810, "CANT_SIGN_NONPRELIMINARY_COMPOSITION", "Can't sign composition in non-PRELIMINARY state");
    public static readonly Refusal RelatedNotFinal = Error(1811, "RELATED_COMPOSITION_NOT_FINAL", "Related composition is not FINAL");
    public static readonly Refusal RelatedEnteredInError = Error(1184, "RELATED_COMPOSITION_ENTERED_IN_ERROR", "Related composition is entered in error");

    // Cancelling
    public static readonly Refusal CantCancelNonFinal = Error(1003, "CANT_CANCEL_NONFINAL_COMPOSITION", "Can't cancel composition in non-FINAL state");
    public static readonly Refusal CancellationCodingInvalid = Error(1004, "CANCELLATION_INVALID_CODING", "Invalid cancellation coding");
    public static readonly Refusal CancellationOutdated = Error(1005, "CANCELLATION_FOR_OUTDATED_COMPOSITION", "Can't cancel composition: too old");
    public static readonly Refusal CancellationForRunningTask = Error(1006, "CANCELLATION_FOR_RUNNING_TASK", "Can't cancel composition: integration tasks are already running");
    public static readonly Refusal CantCancelNonAmended = Error(1136, "CANT_CANCEL_NONAMENDED_COMPOSITION", "Can't cancel composition: related composition is not AMENDED");
    public static readonly Refusal CantCancelNotFound = Error(1137, "CANT_CANCEL_NOT_FOUND", "Can't cancel composition: related composition not found");

    // What is signed
    public static readonly Refusal SignatureNotBase64 = Error(1900, "SIGNATURE_NOT_BASE64", "Not a base64 string");
    public static readonly Refusal SignatureContainerInvalid = Error(1901, "SIGNATURE_CONTAINER_INVALID", "Invalid signed content");
    public static readonly Refusal SignatureCountInvalid = Error(1902, "SIGNATURE_COUNT_INVALID", "Document must contain 1 signature");
    public static readonly Refusal SignatureContentNotJson = Error(1903, "SIGNATURE_CONTENT_NOT_JSON", "Malformed encoded content");
    public static readonly Refusal SignatureInvalid = Error(1904, "SIGNATURE_INVALID", "Invalid signature");
    public static readonly Refusal SignatureCertificateInvalid = Error(1905, "SIGNATURE_CERTIFICATE_INVALID", "Invalid certificate");
    public static readonly Refusal SignatureTimestampInvalid = Error(1906, "SIGNATURE_TIMESTAMP_INVALID", "Invalid signature timestamp");
    public static readonly Refusal SignerDrfoMissing = Error(1907, "SIGNATURE_SIGNER_DRFO_MISSING", "Invalid drfo");
    public static readonly Refusal SignerMismatch = Error(1908, "SIGNATURE_SIGNER_MISMATCH", "Does not match the signer drfo");
    public static readonly Refusal SignatureContentMismatch = Error(1909, "SIGNATURE_CONTENT_MISMATCH", "Signed content does not match the composition");
    public static readonly Refusal SignatureUserNotAuthor = Error(1910, "SIGNATURE_USER_NOT_AUTHOR", "User is not the author of composition");
    public static readonly Refusal CancelContentInvalid = Error(1911, "SIGNATURE_CANCEL_CONTENT_INVALID", "Invalid cancellation content");

    private static Refusal Error(int code, string name, string message) =>
        new(RefusalKind.Unprocessable, message) { Code = new(code, name) };
}
