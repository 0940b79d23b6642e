using System.Text.Json;
using Esoz.Platform.Database;
using Esoz.Platform.Jobs;
using Esoz.Platform.Json;
using Npgsql;

namespace Esoz.Compositions;

/// <summary>Task CREATE_COMPOSITION: what is left of createComposition when the answer has been given (compositions §4.3).</summary>
public static class CreateCompositionTask
{
    public const string Type = "CREATE_COMPOSITION";

    /// <summary>Drafts that are loaded and written together; more gain nothing.</summary>
    public const int Together = 100;

    private static readonly JsonSerializerOptions ExtensionJson = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = PlainJsonEncoder.Instance };

    public static async Task<IReadOnlyList<TaskOutcome>> Handle(IReadOnlyList<BackgroundTask> tasks, PostgresDatabase database, CompositionOptions options, CancellationToken ct)
    {
        var drafts = tasks.Select(task => JsonSerializer.Deserialize<CompositionDraft>(task.Payload, JsonSerializerOptions.Web)!).ToArray();
        var found = await Load(database, drafts, ct);
        return [.. drafts.Zip(found, (draft, found) => Decide(draft, found, options))];
    }

    private static TaskOutcome Decide(CompositionDraft draft, Found found, CompositionOptions options)
    {
        var newborn = draft.Type == CompositionTerms.Newborn;

        // Check 1: author is an approved, active employee of the client; the caller's user belongs to the author's party
        if (!found.AuthorIsApproved)
            return CompositionErrors.AuthorInvalid;
        if (!found.UserIsAuthor)
            return CompositionErrors.AuthorUserMismatch;

        // Check 2: custodian is ACTIVE or SUSPENDED; МВН: OUTPATIENT, МВТН: PRIMARY_CARE or OUTPATIENT
        if (found.CustodianStatus is not ("ACTIVE" or "SUSPENDED"))
            return CompositionErrors.CustodianInvalid;
        if (found.CustodianType != "OUTPATIENT" && (newborn || found.CustodianType != "PRIMARY_CARE"))
            return CompositionErrors.CustodianTypeNotAllowed;

        // Check 3: subject and focus exist and are active
        if (!found.SubjectIsActive)
            return CompositionErrors.SubjectNotFound;
        if (!found.FocusIsActive)
            return CompositionErrors.FocusNotFound;

        // Check 4: encounter exists and is the subject's, is finished, was performed by the author
        if (found.Encounter is not { } encounter)
            return CompositionErrors.EncounterNotFound;
        if (encounter.Status != "finished")
            return CompositionErrors.EncounterNotFinished;
        if (encounter.PerformerId != draft.AuthorId)
            return CompositionErrors.EncounterPerformerMismatch;

        // Check 5: encounter has a condition that is not in error
        if (!encounter.HasDiagnosis)
            return CompositionErrors.EncounterWithoutDiagnosis;

        // Check 6: INFORM_WITH is an active authentication method of the subject (МВТН) or of the focus (МВН)
        if (!found.AuthenticationMethodIsActive)
            return CompositionErrors.AuthenticationMethodInvalid;

        // Check 7: МВН: the subject has no such conclusion yet
        if (newborn && found.HasNewbornConclusion)
            return CompositionErrors.AlreadyExistsForSubject;

        // Check 8: relation
        if (draft.Replaces is not null && CompositionRelation.RefuseReplacement(draft, found.Target, options) is { } refusal)
            return refusal;
        var relation = draft.Replaces is { } target ? new CompositionRelation(CompositionTerms.Replaces, target)
            : found.Candidate is { } candidate ? CompositionRelation.To(candidate, draft)
            : null;

        // Check 9: length of a PREGNANCY is one of the configured
        if (draft.Category == CompositionTerms.Pregnancy && AllowedLengths(relation, options) is { Count: > 0 } lengths && !lengths.Contains(draft.LengthInDays!.Value))
            return CompositionErrors.PregnancyPeriodInvalid;

        return TaskOutcome.Done(InsertSql, new
        {
            draft.Id,
            draft.Type,
            draft.Category,
            Title = CompositionTitle.Next(),
            draft.SubjectType,
            draft.SubjectId,
            draft.FocusType,
            draft.FocusId,
            encounter.EpisodeId,
            draft.EncounterId,
            draft.AuthorId,
            draft.CustodianId,
            draft.PeriodStart,
            draft.PeriodEnd,
            Extension = JsonSerializer.SerializeToElement(draft.Extension, ExtensionJson),
            RelatesToCode = relation?.Code,
            RelatesToId = relation?.Target,
            draft.UserId,
        });
    }

    private static IReadOnlyList<int> AllowedLengths(CompositionRelation? relation, CompositionOptions options) => relation?.Code switch
    {
        null => options.PregnancyNewDays,
        CompositionTerms.Appends => options.PregnancyAppendedDays,
        _ => [],
    };

    /// <summary>In the order of the drafts.</summary>
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
            SeeksRelation = CompositionRelation.IsSoughtFor(draft),
            draft.StartDate,
            draft.Replaces,
        })));
        await using var row = await command.ExecuteReaderAsync(ct);
        var found = new List<Found>(drafts.Length);
        while (await row.ReadAsync(ct))
            found.Add(Read(row));
        return found;
    }

    private static Found Read(NpgsqlDataReader row) => new(
        row.GetBoolean(0), row.GetBoolean(1), Text(row, 2), Text(row, 3), row.GetBoolean(4), row.GetBoolean(5),
        row.IsDBNull(6) ? null : new(row.GetGuid(6), row.GetString(7), row.GetGuid(8), row.GetBoolean(9)),
        row.GetBoolean(10), row.GetBoolean(11),
        row.IsDBNull(12) ? null : new(row.GetGuid(12), row.GetFieldValue<DateOnly>(13)),
        row.IsDBNull(14) ? null : new(row.GetString(14), row.GetString(15), row.GetString(16), Text(row, 17), row.GetBoolean(18)));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <param name="Encounter">Null when there is none of the subject.</param>
    /// <param name="AuthenticationMethodIsActive">True as well when the caller named none.</param>
    private sealed record Found(
        bool AuthorIsApproved, bool UserIsAuthor, string? CustodianStatus, string? CustodianType, bool SubjectIsActive, bool FocusIsActive,
        Encounter? Encounter, bool AuthenticationMethodIsActive, bool HasNewbornConclusion, RelationCandidate? Candidate, ReplacementTarget? Target);

    private sealed record Encounter(Guid EpisodeId, string Status, Guid PerformerId, bool HasDiagnosis);

    /// <summary>
    /// Everything the checks look at, one row for each draft. Tasks of one subject run one after another, so nobody makes a second conclusion
    /// of the subject between this and the insert. Periods are compared by their calendar dates in UTC.
    /// </summary>
    private const string LoadSql = """
        SELECT author.id IS NOT NULL,
               EXISTS (SELECT FROM party_users WHERE user_id = draft.user_id AND party_id = author.party_id),
               custodian.status, custodian.type,
               EXISTS (SELECT FROM persons WHERE draft.subject_type = 'person' AND id = draft.subject_id AND status = 'active')
                 OR EXISTS (SELECT FROM prepersons WHERE draft.subject_type = 'preperson' AND id = draft.subject_id AND status = 'active'),
               EXISTS (SELECT FROM persons WHERE draft.focus_type = 'person' AND id = draft.focus_id AND status = 'active')
                 OR EXISTS (SELECT FROM prepersons WHERE draft.focus_type = 'preperson' AND id = draft.focus_id AND status = 'active'),
               encounter.episode_id, encounter.status, encounter.performer_employee_id,
               EXISTS (SELECT FROM conditions WHERE encounter_id = encounter.id AND NOT is_in_error),
               draft.method_id IS NULL OR EXISTS (
                 SELECT FROM authentication_methods
                  WHERE id = draft.method_id AND is_active AND person_id = CASE draft.type WHEN 'NEWBORN' THEN draft.focus_id ELSE draft.subject_id END),
               EXISTS (SELECT FROM compositions WHERE subject_id = draft.subject_id AND type = 'NEWBORN' AND status IN ('FINAL', 'AMENDED')),
               candidate.id, candidate.end_date,
               target.type, target.status, target.subject_type, target.cancel_reason_code,
               coalesce(target.cancelled_at >= now() - interval '365 days', false)
          FROM jsonb_to_recordset($1::jsonb) AS draft (
                 number integer, author_id uuid, custodian_id uuid, user_id uuid, subject_type text, subject_id uuid, focus_type text, focus_id uuid, encounter_id uuid,
                 method_id uuid, type text, category text, seeks_relation boolean, start_date date, replaces uuid)
          LEFT JOIN employees author
            ON author.id = draft.author_id AND author.legal_entity_id = draft.custodian_id AND author.status = 'APPROVED' AND author.is_active
          LEFT JOIN legal_entities custodian ON custodian.id = draft.custodian_id
          LEFT JOIN encounters encounter
            ON encounter.id = draft.encounter_id AND encounter.patient_type = draft.subject_type AND encounter.patient_id = draft.subject_id
          LEFT JOIN compositions target ON target.id = draft.replaces
          LEFT JOIN LATERAL (
            SELECT earlier.id, (earlier.period_end AT TIME ZONE 'UTC')::date AS end_date
              FROM compositions earlier
             WHERE draft.seeks_relation
               AND earlier.subject_id = draft.subject_id AND earlier.subject_type = draft.subject_type
               AND earlier.type = 'TEMP_DISABILITY' AND earlier.category = draft.category AND earlier.status = 'FINAL'
               AND (earlier.period_start AT TIME ZONE 'UTC')::date <= draft.start_date
               AND (earlier.period_end AT TIME ZONE 'UTC')::date + 1 >= draft.start_date
               AND NOT EXISTS (SELECT FROM compositions later WHERE later.relates_to_id = earlier.id AND later.status = 'FINAL')
             ORDER BY end_date DESC, earlier.date DESC
             LIMIT 1
          ) candidate ON true
         ORDER BY draft.number
        """;

    private const string InsertSql = """
        INSERT INTO compositions (id, status, type, category, title, date, subject_type, subject_id, focus_type, focus_id, episode_id, encounter_id,
                                  author_id, custodian_id, period_start, period_end, extension, relates_to_code, relates_to_id,
                                  inserted_at, inserted_by, updated_at, updated_by)
        SELECT draft.id, 'PRELIMINARY', draft.type, draft.category, draft.title, now(), draft.subject_type, draft.subject_id, draft.focus_type, draft.focus_id,
               draft.episode_id, draft.encounter_id, draft.author_id, draft.custodian_id, draft.period_start, draft.period_end, draft.extension,
               draft.relates_to_code, draft.relates_to_id, now(), draft.user_id, now(), draft.user_id
          FROM granted, jsonb_to_record(given) AS draft (
                 id uuid, type text, category text, title text, subject_type text, subject_id uuid, focus_type text, focus_id uuid, episode_id uuid, encounter_id uuid,
                 author_id uuid, custodian_id uuid, period_start timestamptz, period_end timestamptz, extension jsonb, relates_to_code text, relates_to_id uuid, user_id uuid)
        RETURNING id
        """;
}
