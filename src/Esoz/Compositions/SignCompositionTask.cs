using Esoz.Platform;
using Esoz.Platform.Database;
using Esoz.Platform.Jobs;

namespace Esoz.Compositions;

/// <summary>Task SIGN_COMPOSITION: what is left of signComposition when the answer has been given (compositions §5).</summary>
public static class SignCompositionTask
{
    public const string Type = "SIGN_COMPOSITION";

    public static async Task<TaskOutcome> Handle(BackgroundTask task, PostgresDatabase database, CompositionSignatures signatures, CancellationToken ct)
    {
        var order = SignedOrder.Of(task.Payload);
        var found = await Load(database, order, ct);

        // Check 1: it is a draft
        if (found.Composition.Status != "PRELIMINARY")
            return CompositionErrors.CantSignNonPreliminary;

        // Check 2: the signature holds
        var content = signatures.Read(order);
        if (content.Refusal is { } invalid)
            return invalid;

        // Check 3: what is signed is the draft
        if (content.RefuseUnlessSame(found.Composition) is { } mismatch)
            return mismatch;

        // Check 4: it is signed by the author
        if (content.RefuseUnlessAuthor(found.AuthorTaxId, found.UserIsAuthor) is { } stranger)
            return stranger;

        // Check 5: the composition that it relates to is in force
        if (found.Target is { } related && !found.TakesPlaceOfCancelled && RefuseTarget(related) is { } refusal)
            return refusal;

        // Check 6: МВН: the subject has no such conclusion
        if (found.HasNewbornConclusion)
            return CompositionErrors.AlreadyExistsForSubject;

        var key = await signatures.Keep(order, "signed_content", ct);
        var amended = found.TakesPlace && !found.TakesPlaceOfCancelled ? found.Target!.Id : (Guid?)null;
        return TaskOutcome.Done(EffectSql, new { order.CompositionId, Amended = amended, Key = key, order.UserId }, rows: amended is null ? 1 : 2);
    }

    private static Refusal? RefuseTarget(Target target) => target.Status switch
    {
        "FINAL" => null,
        "ENTERED_IN_ERROR" => CompositionErrors.RelatedEnteredInError,
        _ => CompositionErrors.RelatedNotFinal,
    };

    private static async Task<Found> Load(PostgresDatabase database, SignedOrder order, CancellationToken ct)
    {
        await using var command = database.Command(LoadSql, order.CompositionId, order.UserId);
        await using var row = await command.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        var column = new RowCursor(row);
        var (taxId, userIsAuthor, hasNewborn) = (column.Text(), column.Flag(), column.Flag());
        var target = column.IsNull ? null : new Target(column.Uuid(), column.Text(), column.Text());
        return new(CompositionRow.Read(row, 6), taxId, userIsAuthor, hasNewborn, target);
    }

    /// <param name="HasNewbornConclusion">The composition is one of a newborn, and another is in force.</param>
    private sealed record Found(Composition Composition, string AuthorTaxId, bool UserIsAuthor, bool HasNewbornConclusion, Target? Target)
    {
        public bool TakesPlace => Composition.RelatesTo is { Code: CompositionTerms.Replaces };

        /// <summary>RC_7: the target was cancelled before, and stays so. RC_6, a preperson who turned out to be a person, amends it.</summary>
        public bool TakesPlaceOfCancelled => TakesPlace
            && !(Composition.Type.Only.Code == CompositionTerms.Disability && Composition.Subject.Kind == CompositionTerms.Person && Target!.SubjectType == CompositionTerms.Preperson);
    }

    /// <summary>The composition that this one relates to.</summary>
    private sealed record Target(Guid Id, string Status, string SubjectType);

    private static readonly string LoadSql = $"""
        SELECT party.tax_id,
               EXISTS (SELECT FROM party_users WHERE user_id = $2 AND party_id = party.id),
               composition.type = 'NEWBORN' AND EXISTS (
                 SELECT FROM compositions other WHERE other.subject_id = composition.subject_id AND other.type = 'NEWBORN' AND other.status IN ('FINAL', 'AMENDED')),
               target.id, target.status, target.subject_type,
               {CompositionRow.Columns}
          FROM compositions composition
          JOIN employees author ON author.id = composition.author_id
          JOIN parties party ON party.id = author.party_id
          LEFT JOIN compositions target ON target.id = composition.relates_to_id
         WHERE composition.id = $1
        """;

    /// <summary>Two rows when the target is amended. Its subject is another one, so its tasks are not in line with this one: what has changed since is not overwritten.</summary>
    private const string EffectSql = """
        UPDATE compositions composition
           SET status = CASE composition.id WHEN signed.composition_id THEN 'FINAL' ELSE 'AMENDED' END,
               signed_at = CASE composition.id WHEN signed.composition_id THEN now() ELSE composition.signed_at END,
               signed_content_key = CASE composition.id WHEN signed.composition_id THEN signed.key ELSE composition.signed_content_key END,
               updated_at = now(), updated_by = signed.user_id
          FROM granted, jsonb_to_record(given) AS signed (composition_id uuid, amended uuid, key text, user_id uuid)
         WHERE composition.id = ANY (ARRAY[signed.composition_id, signed.amended])
           AND composition.status = CASE composition.id WHEN signed.composition_id THEN 'PRELIMINARY' ELSE 'FINAL' END
        RETURNING composition.id
        """;
}
