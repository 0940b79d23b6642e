using System.Text.Json;
using Esoz.Codes;
using Esoz.Platform.Access;
using Esoz.Platform.Jobs;
using Esoz.Platform.Json;
using Esoz.Platform.Telemetry;
using Npgsql;
using static Esoz.Compositions.CompositionErrors;

namespace Esoz.Compositions;

/// <summary>Task CREATE_COMPOSITION: the part of createComposition that runs after the answer (compositions §4.3).</summary>
public static class CreateCompositionTask
{
    public const string Type = "CREATE_COMPOSITION";

    /// <summary>Maximum number of drafts loaded and written together; larger batches are not faster.</summary>
    public const int BatchSize = 100;

    private static readonly JsonSerializerOptions ExtensionJson = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = PlainJsonEncoder.Instance,
    };

    private static readonly Validation AuthorIsApproved = new("1", "author is an approved, active employee of the client", AuthorInvalid);

    private static readonly Validation UserIsAuthor = new("1", "the caller's user belongs to the author's party",
        Error(1821, "AUTHOR_USER_MISMATCH", "User is not the author of composition"));

    private static readonly Validation CustodianIsActive = new("2", "custodian is ACTIVE or SUSPENDED",
        Error(1822, "CUSTODIAN_INVALID", "Legal entity must be ACTIVE or SUSPENDED"));

    private static readonly Validation CustodianTypeIsAllowed = new("2", "custodian is of type OUTPATIENT, for МВТН PRIMARY_CARE too",
        Error(1823, "CUSTODIAN_TYPE_NOT_ALLOWED", "Legal entity type is not allowed for composition type"));

    private static readonly Validation AuthorTypeIsAllowed = new("3",
        "author is a SPECIALIST of an OUTPATIENT legal entity or, for МВТН, a DOCTOR of a PRIMARY_CARE one",
        Error(1832, "AUTHOR_TYPE_NOT_ALLOWED", "Employee type is not allowed for composition type"));

    private static readonly Validation AuthorPositionIsAllowed = new("4", "author has one of the positions that the category needs",
        Error(1167, "ILLEGAL_AUTHOR_POSITION", "Illegal author position"));

    private static readonly Validation SubjectIsActive = new("5", "subject exists and is active",
        Error(1824, "SUBJECT_NOT_FOUND", "Subject not found"));

    private static readonly Validation FocusIsActive = new("5", "focus exists and is active",
        Error(1825, "FOCUS_NOT_FOUND", "Focus not found"));

    private static readonly Validation EncounterExists = new("6", "encounter exists and is the subject's",
        Error(1826, "ENCOUNTER_NOT_FOUND", "Encounter not found"));

    private static readonly Validation EncounterIsFinished = new("6", "encounter is finished",
        Error(1827, "ENCOUNTER_NOT_FINISHED", "Encounter is not finished"));

    private static readonly Validation AuthorIsPerformer = new("6", "encounter was performed by the author",
        Error(1828, "ENCOUNTER_PERFORMER_MISMATCH", "Author is not performer of encounter"));

    private static readonly Validation EncounterHasDiagnosis = new("7", "encounter has a condition that is not in error",
        Error(1829, "ENCOUNTER_WITHOUT_DIAGNOSIS", "Encounter has no diagnosis"));

    private static readonly Validation AuthenticationMethodIsActive = new("8",
        "INFORM_WITH is an active authentication method of the subject (МВТН) or of the focus (МВН)",
        Error(1830, "AUTHENTICATION_METHOD_INVALID", "Invalid authentication method"));

    private static readonly Validation IsOnlyNewbornConclusion = new("9", "МВН: the subject has no FINAL or AMENDED conclusion",
        AlreadyExistsForSubject);

    private static readonly Validation ViolationDateIsValid = new("10",
        "TREATMENT_VIOLATION_DATE is not before the start and not after today",
        Error(1172, "TREATMENT_VIOLATION_DATE_INVALID", "Treatment violation date should be >= composition start && <= now"));

    private static readonly Validation PregnancyLengthIsAllowed = new("12", "PREGNANCY: the length in days is one of the configured",
        Error(1831, "PREGNANCY_PERIOD_INVALID", "Invalid pregnancy period"));

    /// <summary>Errors of the job, in the page's order.</summary>
    public static readonly IReadOnlyList<Validation> Errors =
    [
        SignedOrders.AccessStands, AuthorIsApproved, UserIsAuthor, CustodianIsActive, CustodianTypeIsAllowed, AuthorTypeIsAllowed,
        AuthorPositionIsAllowed, SubjectIsActive, FocusIsActive, EncounterExists, EncounterIsFinished, AuthorIsPerformer,
        EncounterHasDiagnosis, AuthenticationMethodIsActive, IsOnlyNewbornConclusion, ViolationDateIsValid,
        .. CompositionRelation.Rules, PregnancyLengthIsAllowed,
    ];

    public static async Task<IReadOnlyList<TaskOutcome>> Handle(
        IReadOnlyList<BackgroundTask> tasks, PostgresDatabase database, CompositionOptions options, CancellationToken ct)
    {
        var drafts = tasks.Select(task => JsonSerializer.Deserialize<CompositionDraft>(task.Payload, JsonSerializerOptions.Web)!).ToArray();
        var found = await Load(database, drafts, ct);
        return [.. drafts.Zip(found, (draft, found) => Decide(draft, found, options))];
    }

    private static TaskOutcome Decide(CompositionDraft draft, Found found, CompositionOptions options)
    {
        var relation = CompositionRelation.Of(draft, found.Candidate);
        if (Check(draft, found, relation, options) is { } refusal)
            return refusal;

        return TaskOutcome.Done(RowWrite.Insert("compositions", new
        {
            draft.Id,
            Status = CompositionStatus.Preliminary,
            draft.Type,
            draft.Category,
            Title = CompositionTitle.Next(),
            Date = RowWrite.Now,
            draft.SubjectType,
            draft.SubjectId,
            draft.FocusType,
            draft.FocusId,
            found.Encounter!.EpisodeId,
            draft.EncounterId,
            draft.AuthorId,
            draft.CustodianId,
            draft.PeriodStart,
            draft.PeriodEnd,
            Extension = JsonSerializer.SerializeToElement(draft.Extension, ExtensionJson),
            RelatesToCode = relation?.Code,
            RelatesToId = relation?.Target,
            RelatesToRequested = relation?.IsRequested == true ? true : (bool?)null,
            InsertedAt = RowWrite.Now,
            InsertedBy = draft.UserId,
            UpdatedAt = RowWrite.Now,
            UpdatedBy = draft.UserId,
        }));
    }

    private static Refusal? Check(CompositionDraft draft, Found found, CompositionRelation? relation, CompositionOptions options)
    {
        var newborn = draft.Type == CompositionType.Newborn;

        if (!found.AccessStands)
            return SignedOrders.AccessStands;

        if (!found.AuthorIsApproved)
            return AuthorIsApproved;

        if (!found.UserIsAuthor)
            return UserIsAuthor;

        if (!LegalEntityStatus.IsWorking(found.CustodianStatus))
            return CustodianIsActive;

        if (found.CustodianType != LegalEntityType.Outpatient && (newborn || found.CustodianType != LegalEntityType.PrimaryCare))
            return CustodianTypeIsAllowed;

        if (found.AuthorType != (found.CustodianType == LegalEntityType.Outpatient ? EmployeeType.Specialist : EmployeeType.Doctor))
            return AuthorTypeIsAllowed;

        if (options.PositionsByCategory.TryGetValue(draft.Category, out var positions) && !positions.Contains(found.AuthorPosition!))
            return AuthorPositionIsAllowed;

        if (!found.SubjectIsActive)
            return SubjectIsActive;

        if (!found.FocusIsActive)
            return FocusIsActive;

        if (found.Encounter is not { } encounter)
            return EncounterExists;

        if (encounter.Status != EncounterStatus.Finished)
            return EncounterIsFinished;

        if (encounter.PerformerId != draft.AuthorId)
            return AuthorIsPerformer;

        if (!encounter.HasDiagnosis)
            return EncounterHasDiagnosis;

        if (!found.AuthenticationMethodIsActive)
            return AuthenticationMethodIsActive;

        if (newborn && found.HasNewbornConclusion)
            return IsOnlyNewbornConclusion;

        if (draft.Extension.Find(CompositionExtension.TreatmentViolationDate) is { ValueDate: { } violated }
            && (violated < draft.StartDate || violated > found.Today))
            return ViolationDateIsValid;

        if (CompositionRelation.Refuse(draft, found.Target, found.StartsBeforeFinal, options) is { } refusal)
            return refusal;

        if (draft.Category == CompositionCategory.Pregnancy && AllowedLengths(relation, options) is { Count: > 0 } lengths
            && !lengths.Contains(draft.LengthInDays!.Value))
            return PregnancyLengthIsAllowed;

        return null;
    }

    private static IReadOnlyList<int> AllowedLengths(CompositionRelation? relation, CompositionOptions options) => relation?.Code switch
    {
        null or CompositionTerms.Replaces => options.PregnancyNewPeriods,
        CompositionTerms.Appends => options.PregnancyAppendedPeriods,
        _ => [],
    };

    /// <summary>Results are in the order of the drafts.</summary>
    private static async Task<IReadOnlyList<Found>> Load(PostgresDatabase database, CompositionDraft[] drafts, CancellationToken ct)
    {
        await using var command = database.Command(LoadSql, RecordJson.Of(drafts.Select((draft, number) => new
        {
            number,
            draft.AuthorId,
            draft.CustodianId,
            draft.UserId,
            draft.SubjectType,
            draft.SubjectId,
            draft.FocusType,
            draft.FocusId,
            draft.EncounterId,
            MethodId = draft.Extension.Find(CompositionExtension.InformWith)?.ValueUuid,
            draft.Type,
            draft.Category,
            SeeksRelation = CompositionRelation.IsRequired(draft),
            draft.StartDate,
            draft.EndDate,
            Target = draft.RequestedTarget,
        })));
        using var timing = RequestTimes.Statement();
        await using var row = await command.ExecuteReaderAsync(ct);
        var found = new List<Found>(drafts.Length);
        while (await row.ReadAsync(ct))
            found.Add(Read(row));
        return found;
    }

    private static Found Read(NpgsqlDataReader row) => new(
        row.GetBoolean(0), row.GetBoolean(1), row.Text(2), row.Text(3), row.GetBoolean(4), row.GetBoolean(5),
        row.IsDBNull(6) ? null : new(row.GetGuid(6), row.GetString(7), row.GetGuid(8), row.GetBoolean(9)),
        row.GetBoolean(10), row.GetBoolean(11),
        row.IsDBNull(12) ? null : new(row.GetGuid(12), row.GetFieldValue<DateOnly>(13)),
        row.IsDBNull(14) ? null : new(row.GetString(14), row.GetString(15), row.GetString(16), row.GetGuid(17), row.GetString(18),
            row.GetFieldValue<DateOnly>(19), row.IsDBNull(20) ? null : row.GetFieldValue<DateOnly>(20), row.Text(21), row.GetBoolean(22),
            row.IsDBNull(23) ? null : row.GetGuid(23)),
        row.Text(24), row.Text(25), row.GetFieldValue<DateOnly>(26), row.GetBoolean(27), row.GetBoolean(28));

    /// <param name="Encounter">Null when the subject has no such encounter.</param>
    /// <param name="AuthenticationMethodIsActive">Also true when the caller specified none.</param>
    /// <param name="Today">The date in Ukraine.</param>
    /// <param name="StartsBeforeFinal">RC_5: a FINAL composition starts later and touches the draft's period.</param>
    /// <param name="AccessStands">What the order was accepted by stands.</param>
    private sealed record Found(
        bool AuthorIsApproved, bool UserIsAuthor, string? CustodianStatus, string? CustodianType, bool SubjectIsActive, bool FocusIsActive,
        Encounter? Encounter, bool AuthenticationMethodIsActive, bool HasNewbornConclusion, RelationCandidate? Candidate,
        RelationTarget? Target, string? AuthorType, string? AuthorPosition, DateOnly Today, bool StartsBeforeFinal,
        bool AccessStands);

    private sealed record Encounter(Guid EpisodeId, string Status, Guid PerformerId, bool HasDiagnosis);

    /// <summary>
    /// All data that the checks need, one row per draft. Tasks of one subject run one after another, so no second conclusion of the subject
    /// can be created between this query and the insert. Periods are compared by their calendar dates in UTC.
    /// </summary>
    private static readonly string LoadSql = $"""
        SELECT author.id IS NOT NULL,
               EXISTS (SELECT FROM party_users WHERE user_id = draft.user_id AND party_id = author.party_id),
               custodian.status, custodian.type,
               EXISTS (SELECT FROM persons
                        WHERE draft.subject_type = '{PatientType.Person}' AND id = draft.subject_id AND status = '{PersonStatus.Active}')
                 OR EXISTS (SELECT FROM prepersons
                             WHERE draft.subject_type = '{PatientType.Preperson}' AND id = draft.subject_id
                               AND status = '{PersonStatus.Active}'),
               EXISTS (SELECT FROM persons
                        WHERE draft.focus_type = '{PatientType.Person}' AND id = draft.focus_id AND status = '{PersonStatus.Active}')
                 OR EXISTS (SELECT FROM prepersons
                             WHERE draft.focus_type = '{PatientType.Preperson}' AND id = draft.focus_id
                               AND status = '{PersonStatus.Active}'),
               encounter.episode_id, encounter.status, encounter.performer_employee_id,
               EXISTS (SELECT FROM conditions WHERE encounter_id = encounter.id AND NOT is_in_error),
               draft.method_id IS NULL OR EXISTS (
                 SELECT FROM authentication_methods
                  WHERE id = draft.method_id AND is_active
                    AND person_id = CASE draft.type WHEN '{CompositionType.Newborn}' THEN draft.focus_id ELSE draft.subject_id END),
               EXISTS (SELECT FROM compositions WHERE subject_id = draft.subject_id AND type = '{CompositionType.Newborn}'
                 AND status IN ('{CompositionStatus.Final}', '{CompositionStatus.Amended}')),
               candidate.id, candidate.end_date,
               target.type, target.status, target.subject_type, target.subject_id, target.category,
               (target.period_start AT TIME ZONE 'UTC')::date, (target.period_end AT TIME ZONE 'UTC')::date, target.cancel_reason_code,
               coalesce(target.cancelled_at >= now() - interval '365 days', false), target.identified_as,
               author.employee_type, author.position, {Today.InKyiv},
               EXISTS (SELECT FROM compositions later
                        WHERE draft.seeks_relation AND {SameConclusion("later")}
                          AND (later.period_start AT TIME ZONE 'UTC')::date > draft.start_date
                          AND (later.period_start AT TIME ZONE 'UTC')::date <= draft.end_date + 1),
               {StandingAccess.Has("draft.custodian_id", "draft.user_id", "composition:create")}
          FROM jsonb_to_recordset($1::jsonb) AS draft (
                 number integer, author_id uuid, custodian_id uuid, user_id uuid, subject_type text, subject_id uuid, focus_type text, focus_id uuid, encounter_id uuid,
                 method_id uuid, type text, category text, seeks_relation boolean, start_date date, end_date date, target uuid)
          LEFT JOIN employees author
            ON author.id = draft.author_id AND author.legal_entity_id = draft.custodian_id AND author.status = '{EmployeeStatus.Approved}'
              AND author.is_active
          LEFT JOIN legal_entities custodian ON custodian.id = draft.custodian_id
          LEFT JOIN encounters encounter
            ON encounter.id = draft.encounter_id AND encounter.patient_type = draft.subject_type AND encounter.patient_id = draft.subject_id
          LEFT JOIN LATERAL (
            SELECT composition.*, preperson.person_id AS identified_as
              {CompositionReaders.From}
              LEFT JOIN prepersons preperson
                ON composition.subject_type = '{PatientType.Preperson}' AND preperson.id = composition.subject_id
             WHERE composition.id = draft.target AND {CompositionReaders.MayRead("draft.custodian_id")}
          ) target ON true
          LEFT JOIN LATERAL (
            SELECT earlier.id, (earlier.period_end AT TIME ZONE 'UTC')::date AS end_date
              FROM compositions earlier
             WHERE draft.seeks_relation AND {SameConclusion("earlier")}
               AND (earlier.period_start AT TIME ZONE 'UTC')::date <= draft.start_date
               AND (earlier.period_end AT TIME ZONE 'UTC')::date + 1 >= draft.start_date
               AND NOT EXISTS (SELECT FROM compositions later
                                WHERE later.relates_to_id = earlier.id AND later.status = '{CompositionStatus.Final}')
             ORDER BY end_date DESC, earlier.date DESC
             LIMIT 1
          ) candidate ON true
         ORDER BY draft.number
        """;

    /// <summary>A FINAL МВТН of the draft's subject and category.</summary>
    private static string SameConclusion(string composition) => $"""
        {composition}.subject_id = draft.subject_id AND {composition}.subject_type = draft.subject_type
               AND {composition}.type = '{CompositionType.Disability}' AND {composition}.category = draft.category
               AND {composition}.status = '{CompositionStatus.Final}'
        """;
}
