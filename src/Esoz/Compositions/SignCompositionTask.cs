using Esoz.Codes;
using Esoz.Platform.Access;
using Esoz.Platform.Jobs;
using static Esoz.Compositions.CompositionErrors;

namespace Esoz.Compositions;

/// <summary>Task SIGN_COMPOSITION: the part of signComposition that runs after the answer (compositions §5).</summary>
public static class SignCompositionTask
{
    public const string Type = "SIGN_COMPOSITION";

    private static readonly Validation IsDraft = new("1", "status is PRELIMINARY",
        Error(1810, "CANT_SIGN_NONPRELIMINARY_COMPOSITION", "Can't sign composition in non-PRELIMINARY state"));

    private static readonly Validation ContentIsDraft = new("3", "the content equals the draft as JSON; the paths that differ are named",
        Error(1909, "SIGNATURE_CONTENT_MISMATCH", "Signed content does not match the composition ({paths})"));

    private static readonly Validation TargetIsReadable = new("5", "the caller may read what the caller related it to", NotFoundInJob);

    private static readonly Validation SubjectIsIdentified = new("5", "RC_6: the preperson was identified as the subject", RelationInvalid);

    private static readonly Validation TargetIsNotInError = new("5", "what it relates to is not ENTERED_IN_ERROR (except by RC_7)",
        Error(1184, "RELATED_COMPOSITION_ENTERED_IN_ERROR", "Related composition is entered in error"));

    private static readonly Validation TargetIsFinal = new("5", "what it relates to is FINAL (except by RC_7)", RelatedNotFinal);

    private static readonly Validation IsOnlyNewbornConclusion = new("6", "МВН: the subject has no other FINAL or AMENDED conclusion",
        AlreadyExistsForSubject);

    /// <summary>Errors of the job, in the page's order.</summary>
    public static readonly IReadOnlyList<Validation> Errors =
    [
        SignedOrders.AccessStands, IsDraft, .. SignedContent.SignatureRules("2"), ContentIsDraft, .. SignedContent.AuthorRules("4"),
        TargetIsReadable, SubjectIsIdentified, TargetIsNotInError, TargetIsFinal, IsOnlyNewbornConclusion,
    ];

    public static async Task<TaskOutcome> Handle(
        BackgroundTask task, PostgresDatabase database, CompositionOptions options, CompositionSignatures signatures, CancellationToken ct)
    {
        var order = SignedOrder.Of(task.Payload);
        var found = await Load(database, order, ct);
        if (Check(order, found, options, signatures) is { } refusal)
            return refusal;

        var kept = await signatures.Keep(order, "signed_content", ct);
        var signed = RowWrite.Update("compositions", order.CompositionId, new { Status = CompositionStatus.Preliminary },
            new
            {
                Status = CompositionStatus.Final,
                SignedAt = RowWrite.Now,
                SignedContentKey = kept.Key,
                SignedContentDigest = kept.Digest,
                UpdatedAt = RowWrite.Now,
                UpdatedBy = order.UserId,
            });
        var standing = SignedOrders.Standing(order, found.Composition.Author.Value, found.Composition.Custodian.Value);
        if (!found.TakesPlace || found.TakesPlaceOfCancelled)
            return TaskOutcome.Done([signed, .. standing]);
        // The target has another subject, whose tasks may run concurrently with this one.
        return TaskOutcome.Done([signed, .. standing, RowWrite.Update("compositions", found.Target!.Id,
            new { Status = CompositionStatus.Final },
            new { Status = CompositionStatus.Amended, UpdatedAt = RowWrite.Now, UpdatedBy = order.UserId })]);
    }

    private static Refusal? Check(SignedOrder order, Found found, CompositionOptions options, CompositionSignatures signatures)
    {
        if (!found.AccessStands)
            return SignedOrders.AccessStands;

        if (found.Composition.Status != CompositionStatus.Preliminary)
            return IsDraft;

        var content = signatures.Read(order);
        if (content.Refusal is { } invalid)
            return invalid;

        if (content.DifferenceFrom(found.Composition) is { } paths)
            return ContentIsDraft.With("paths", paths);

        if (content.RefuseUnlessAuthor(found.AuthorTaxId, found.UserIsAuthor, found.AuthorIsApproved) is { } stranger)
            return stranger;

        if (found.Target is { IsRequested: true, IsReadable: false })
            return TargetIsReadable;

        if (found.IsRefinement && options.RefinementRequiresIdentification
            && found.Target!.IdentifiedAs != found.Composition.Subject.Value)
            return SubjectIsIdentified;

        if (found.Target is { Status: not CompositionStatus.Final and var status } && !found.TakesPlaceOfCancelled)
            return status == CompositionStatus.EnteredInError ? TargetIsNotInError : TargetIsFinal;

        return found.HasNewbornConclusion ? IsOnlyNewbornConclusion.Refusal : null;
    }

    private static async Task<Found> Load(PostgresDatabase database, SignedOrder order, CancellationToken ct) =>
        (await database.Command(LoadSql, order.CompositionId, order.UserId).ReadOne(row => new Found(
            CompositionRow.Read(row, 11), row.GetString(0), row.GetBoolean(1), row.GetBoolean(2),
            row.IsDBNull(3) ? null : new Target(row.GetGuid(3), row.GetString(4), row.GetString(5), row.GetBoolean(6), row.GetBoolean(7),
                row.IsDBNull(8) ? null : row.GetGuid(8)), row.GetBoolean(9), row.GetBoolean(10)), ct))!;

    /// <param name="HasNewbornConclusion">The composition is a newborn conclusion, and the subject has another one in force.</param>
    /// <param name="AccessStands">What the order was accepted by stands.</param>
    private sealed record Found(
        Composition Composition, string AuthorTaxId, bool UserIsAuthor, bool HasNewbornConclusion, Target? Target, bool AuthorIsApproved,
        bool AccessStands)
    {
        public bool TakesPlace => Composition.RelatesTo is { Code: CompositionTerms.Replaces };

        /// <summary>
        /// RC_7: the target was cancelled before and stays cancelled. RC_6 (a preperson was identified as a person) makes it AMENDED.
        /// </summary>
        public bool TakesPlaceOfCancelled => TakesPlace && !IsRefinement;

        /// <summary>RC_6.</summary>
        public bool IsRefinement => TakesPlace && CompositionRelation.IsRefinement(
            Composition.Type.Only.Code, Composition.Subject.Kind, Target!.SubjectType);
    }

    /// <summary>The composition that this one relates to.</summary>
    /// <param name="IsRequested">The caller sent the relation; otherwise RC_5 set it.</param>
    /// <param name="IsReadable">The caller may read it.</param>
    /// <param name="IdentifiedAs">The person that its subject, a preperson, was identified as.</param>
    private sealed record Target(
        Guid Id, string Status, string SubjectType, bool IsRequested, bool IsReadable, Guid? IdentifiedAs);

    private static readonly string LoadSql = $"""
        SELECT party.tax_id,
               EXISTS (SELECT FROM party_users WHERE user_id = $2 AND party_id = party.id),
               composition.type = '{CompositionType.Newborn}' AND EXISTS (
                 SELECT FROM compositions other WHERE other.subject_id = composition.subject_id AND other.type = '{CompositionType.Newborn}'
                   AND other.status IN ('{CompositionStatus.Final}', '{CompositionStatus.Amended}')),
               target.id, target.status, target.subject_type,
               composition.relates_to_code = '{CompositionTerms.Replaces}' OR coalesce(composition.relates_to_requested, false),
               target.is_readable, target.identified_as,
               author.status = '{EmployeeStatus.Approved}' AND author.is_active,
               {StandingAccess.Has("composition.custodian_id", "$2", "composition:sign")},
               {CompositionRow.Columns}
          FROM compositions composition
          JOIN employees author ON author.id = composition.author_id
          JOIN parties party ON party.id = author.party_id
          LEFT JOIN LATERAL (
            SELECT related.id, related.status, related.subject_type, preperson.person_id AS identified_as,
                   {CompositionReaders.MayRead("composition.custodian_id", "related")} AS is_readable
              {CompositionReaders.FromAs("related")}
              LEFT JOIN prepersons preperson
                ON related.subject_type = '{PatientType.Preperson}' AND preperson.id = related.subject_id
             WHERE related.id = composition.relates_to_id
          ) target ON true
         WHERE composition.id = $1
        """;
}
