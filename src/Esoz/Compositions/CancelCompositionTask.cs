using System.Text.Json;
using Esoz.Dictionaries;
using Esoz.Platform.Database;
using Esoz.Platform.Http;
using Esoz.Platform.Jobs;
using Esoz.Platform.Schema;

namespace Esoz.Compositions;

/// <summary>Task CANCEL_COMPOSITION: what is left of cancelComposition when the answer has been given (compositions §6).</summary>
public static class CancelCompositionTask
{
    public const string Type = "CANCEL_COMPOSITION";

    private const string ReasonSystem = "eHealth/";
    private const string ReasonDictionary = "COMPOSITION_CANCELLATION_REASONS_";

    private static readonly JsonSchema ContentSchema = JsonSchema.Embedded(typeof(CancelCompositionTask).Assembly, "CancellationContent.schema.json");

    public static async Task<TaskOutcome> Handle(
        BackgroundTask task, PostgresDatabase database, CompositionOptions options, DictionaryCodes dictionaries, CompositionSignatures signatures, CancellationToken ct)
    {
        var order = SignedOrder.Of(task.Payload);

        // Check 1: the signature holds, it is about the cancellation of this composition, and the author's
        var content = signatures.Read(order);
        if (content.Refusal is { } invalid)
            return invalid;
        if (ContentOf(content.Json) is not { } cancellation || cancellation.Identifier.Value != order.CompositionId)
            return CompositionErrors.CancelContentInvalid;
        var reason = cancellation.Reason.Coding[0];
        var found = await Load(database, order, ct);
        if (content.RefuseUnlessAuthor(found.AuthorTaxId, found.UserIsAuthor) is { } stranger)
            return stranger;

        // Check 2: it is in force
        if (found.Status != "FINAL")
            return CompositionErrors.CantCancelNonFinal;

        // Check 3: the reason is one of those for its type
        var dictionary = ReasonDictionary + found.Type;
        if (reason.System != ReasonSystem + dictionary || !(await dictionaries.Of(dictionary, ct)).Contains(reason.Code))
            return CompositionErrors.CancellationCodingInvalid;

        // Check 4: it is not too old
        var limits = options.LimitsOf(found.Type);
        var limit = options.ReplaceEnabled && limits.ReplacementReasons.Contains(reason.Code) ? limits.CancelForReplacement : limits.Cancel;
        if (found.Age > limit)
            return CompositionErrors.CancellationOutdated;

        // Check 5: nobody else works with it
        if (found.HasRunningIntegration || (found.Type == CompositionTerms.Newborn && found.HasIntegration))
            return CompositionErrors.CancellationForRunningTask;

        // Check 6: what it replaced comes into force again; what had been cancelled itself is left alone
        if (found.Replaces && found.TargetStatus is null)
            return CompositionErrors.CantCancelNotFound;
        if (found.Replaces && found.TargetStatus is not ("AMENDED" or "ENTERED_IN_ERROR"))
            return CompositionErrors.CantCancelNonAmended;

        var restored = found is { Replaces: true, TargetStatus: "AMENDED" } ? found.TargetId : null;
        var key = await signatures.Keep(order, "cancel_content", ct);
        return TaskOutcome.Done(EffectSql,
            new { order.CompositionId, Restored = restored, Key = key, Reason = reason.Code, cancellation.Reason.Text, order.UserId }, rows: restored is null ? 1 : 2);
    }

    /// <summary>Null when the content has another shape.</summary>
    private static Content? ContentOf(JsonElement json) =>
        ContentSchema.Evaluate(json).Count == 0 ? json.Deserialize<Content>(McDialect.Json) : null;

    private static async Task<Found> Load(PostgresDatabase database, SignedOrder order, CancellationToken ct)
    {
        await using var command = database.Command(LoadSql, order.CompositionId, order.UserId);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var column = new RowCursor(row);
        return new(column.Text(), column.Text(), column.Text(), column.Flag(), TimeSpan.FromSeconds(column.Number()), column.Flag(), column.Flag(), column.Flag(),
            column.UuidOrNull(), column.TextOrNull());
    }

    private sealed record Content(ResourceIdentifier Identifier, Content.CancelReason Reason)
    {
        public sealed record CancelReason(IReadOnlyList<Coding> Coding, string Text);
    }

    /// <param name="Age">Since it was signed.</param>
    /// <param name="TargetStatus">Of the composition that it relates to.</param>
    private sealed record Found(
        string Status, string Type, string AuthorTaxId, bool UserIsAuthor, TimeSpan Age, bool HasIntegration, bool HasRunningIntegration, bool Replaces,
        Guid? TargetId, string? TargetStatus);

    private const string LoadSql = """
        SELECT composition.status, composition.type, party.tax_id,
               EXISTS (SELECT FROM party_users WHERE user_id = $2 AND party_id = party.id),
               coalesce(extract(epoch FROM now() - composition.signed_at), 0)::float8,
               EXISTS (SELECT FROM composition_integrations WHERE composition_id = composition.id),
               EXISTS (SELECT FROM composition_integrations WHERE composition_id = composition.id AND task_status = 'PENDING'),
               coalesce(composition.relates_to_code = 'replaces', false), target.id, target.status
          FROM compositions composition
          JOIN employees author ON author.id = composition.author_id
          JOIN parties party ON party.id = author.party_id
          LEFT JOIN compositions target ON target.id = composition.relates_to_id
         WHERE composition.id = $1
        """;

    /// <summary>Two rows when what it replaced comes into force again, whose tasks are not in line with this one.</summary>
    private const string EffectSql = """
        UPDATE compositions composition
           SET status = CASE composition.id WHEN cancelled.composition_id THEN 'ENTERED_IN_ERROR' ELSE 'FINAL' END,
               cancelled_at = CASE composition.id WHEN cancelled.composition_id THEN now() ELSE composition.cancelled_at END,
               cancel_content_key = CASE composition.id WHEN cancelled.composition_id THEN cancelled.key ELSE composition.cancel_content_key END,
               cancel_reason_code = CASE composition.id WHEN cancelled.composition_id THEN cancelled.reason ELSE composition.cancel_reason_code END,
               cancel_reason_text = CASE composition.id WHEN cancelled.composition_id THEN cancelled.text ELSE composition.cancel_reason_text END,
               updated_at = now(), updated_by = cancelled.user_id
          FROM granted, jsonb_to_record(given) AS cancelled (composition_id uuid, restored uuid, key text, reason text, text text, user_id uuid)
         WHERE composition.id = ANY (ARRAY[cancelled.composition_id, cancelled.restored])
           AND composition.status = CASE composition.id WHEN cancelled.composition_id THEN 'FINAL' ELSE 'AMENDED' END
        RETURNING composition.id
        """;
}
