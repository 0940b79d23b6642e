using System.Collections.Frozen;
using System.Text.Json;
using Esoz.Codes;
using Esoz.Dictionaries;
using Esoz.Platform.Access;
using Esoz.Platform.Jobs;
using Esoz.Platform.Schema;
using static Esoz.Compositions.CompositionErrors;

namespace Esoz.Compositions;

/// <summary>Task CANCEL_COMPOSITION: the part of cancelComposition that runs after the answer (compositions §6).</summary>
public static class CancelCompositionTask
{
    public const string Type = "CANCEL_COMPOSITION";

    private const string ReasonSystem = "eHealth/";
    private const string ReasonDictionary = "COMPOSITION_CANCELLATION_REASONS_";

    private static readonly JsonSchema ContentSchema = JsonSchema.Embedded(
        typeof(CancelCompositionTask).Assembly, "CancellationContent.schema.json");

    private static readonly Validation ContentIsCancellation = new("1", "the content has its shape and names this composition",
        Error(1911, "SIGNATURE_CANCEL_CONTENT_INVALID", "Invalid cancellation content"));

    private static readonly Validation IsInForce = new("2", "status is FINAL",
        Error(1003, "CANT_CANCEL_NONFINAL_COMPOSITION", "Can't cancel composition in non-FINAL state"));

    private static readonly Validation ReasonIsKnown = new("3", "the reason is in the dictionary of the type, which its system names",
        Error(1004, "CANCELLATION_INVALID_CODING", "Invalid cancellation coding"));

    private static readonly Validation IsRecent = new("4", "it was signed no longer ago than configured for its type and the reason",
        Error(1005, "CANCELLATION_FOR_OUTDATED_COMPOSITION", "Can't cancel composition: too old"));

    private static readonly Validation IsNotIntegrated = new("5", "no integration task is PENDING; МВН: there is none at all",
        Error(1006, "CANCELLATION_FOR_RUNNING_TASK", "Can't cancel composition: integration tasks are already running"));

    private static readonly Validation TargetExists = new("6", "the composition that it replaces exists, and the caller may read it",
        Error(1137, "CANT_CANCEL_NOT_FOUND", "Can't cancel composition: related composition not found"));

    private static readonly Validation TargetIsAmended = new("6", "the composition that it replaces is AMENDED or ENTERED_IN_ERROR",
        Error(1136, "CANT_CANCEL_NONAMENDED_COMPOSITION", "Can't cancel composition: related composition is not AMENDED"));

    /// <summary>Errors of the job, in the page's order.</summary>
    public static readonly IReadOnlyList<Validation> Errors =
    [
        SignedOrders.AccessStands, .. SignedContent.SignatureRules("1"), ContentIsCancellation, .. SignedContent.AuthorRules("1"),
        IsInForce, ReasonIsKnown, IsRecent, IsNotIntegrated, TargetExists, TargetIsAmended,
    ];

    public static async Task<TaskOutcome> Handle(
        BackgroundTask task, PostgresDatabase database, CompositionOptions options, DictionaryCodes dictionaries,
        CompositionSignatures signatures, CancellationToken ct)
    {
        var order = SignedOrder.Of(task.Payload);
        var found = await Load(database, order, ct);
        if (!found.AccessStands)
            return SignedOrders.AccessStands.Refusal;
        var content = signatures.Read(order);
        if (content.Refusal is { } invalid)
            return invalid;
        if (ContentOf(content.Json) is not { } cancellation || cancellation.Identifier.Value != order.CompositionId)
            return ContentIsCancellation.Refusal;
        if (content.RefuseUnlessAuthor(found.AuthorTaxId, found.UserIsAuthor, found.AuthorIsApproved) is { } stranger)
            return stranger;
        var reason = cancellation.Reason.Coding[0];
        if (Check(found, reason, await dictionaries.Of(ReasonDictionary + found.Type, ct), options) is { } refusal)
            return refusal;

        var kept = await signatures.Keep(order, "cancel_content", ct);
        var cancelled = RowWrite.Update("compositions", order.CompositionId, new { Status = CompositionStatus.Final }, new
        {
            Status = CompositionStatus.EnteredInError,
            CancelledAt = RowWrite.Now,
            CancelContentKey = kept.Key,
            CancelContentDigest = kept.Digest,
            CancelReasonCode = reason.Code,
            CancelReasonText = cancellation.Reason.Text,
            UpdatedAt = RowWrite.Now,
            UpdatedBy = order.UserId,
        });
        var standing = SignedOrders.Standing(order, found.Author, found.Custodian);
        // The replaced composition is in force again, unless it was itself cancelled.
        if (found is not { Replaces: true, TargetStatus: CompositionStatus.Amended, TargetId: { } target })
            return TaskOutcome.Done([cancelled, .. standing]);
        // The target has another subject, whose tasks may run concurrently with this one.
        return TaskOutcome.Done([cancelled, .. standing, RowWrite.Update("compositions", target,
            new { Status = CompositionStatus.Amended },
            new { Status = CompositionStatus.Final, UpdatedAt = RowWrite.Now, UpdatedBy = order.UserId })]);
    }

    private static Refusal? Check(Found found, Coding reason, FrozenSet<string> reasons, CompositionOptions options)
    {
        if (found.Status != CompositionStatus.Final)
            return IsInForce;

        if (reason.System != ReasonSystem + ReasonDictionary + found.Type || !reasons.Contains(reason.Code))
            return ReasonIsKnown;

        var limits = options.LimitsOf(found.Type);
        var isForReplacement = options.ReplaceEnabled && limits.ReplacementReasons.Contains(reason.Code);
        if (found.Age > (isForReplacement ? limits.CancelForReplacement : limits.Cancel))
            return IsRecent;

        if (found.HasRunningIntegration || (found.Type == CompositionType.Newborn && found.HasIntegration))
            return IsNotIntegrated;

        if (found.Replaces && found.TargetStatus is null)
            return TargetExists;

        if (found.Replaces && found.TargetStatus is not (CompositionStatus.Amended or CompositionStatus.EnteredInError))
            return TargetIsAmended;

        return null;
    }

    /// <summary>Null when the content does not match the schema.</summary>
    private static Content? ContentOf(JsonElement json) =>
        ContentSchema.Evaluate(json).Count == 0 ? json.Deserialize<Content>(McDialect.Json) : null;

    private static async Task<Found> Load(PostgresDatabase database, SignedOrder order, CancellationToken ct) =>
        (await database.Command(LoadSql, order.CompositionId, order.UserId).ReadOne(row => new Found(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), TimeSpan.FromSeconds(row.GetDouble(4)),
            row.GetBoolean(5), row.GetBoolean(6), row.GetBoolean(7), row.IsDBNull(8) ? null : row.GetGuid(8), row.Text(9), row.GetGuid(10),
            row.GetGuid(11), row.GetBoolean(12), row.GetBoolean(13)), ct))!;

    private sealed record Content(ResourceIdentifier Identifier, Content.CancelReason Reason)
    {
        public sealed record CancelReason(IReadOnlyList<Coding> Coding, string Text);
    }

    /// <param name="Age">Time since it was signed.</param>
    /// <param name="TargetStatus">Status of the composition that it relates to; null when the caller may not read that one.</param>
    /// <param name="AccessStands">What the order was accepted by stands.</param>
    private sealed record Found(
        string Status, string Type, string AuthorTaxId, bool UserIsAuthor, TimeSpan Age, bool HasIntegration, bool HasRunningIntegration,
        bool Replaces,
        Guid? TargetId, string? TargetStatus, Guid Author, Guid Custodian, bool AuthorIsApproved, bool AccessStands);

    private static readonly string LoadSql = $"""
        SELECT composition.status, composition.type, party.tax_id,
               EXISTS (SELECT FROM party_users WHERE user_id = $2 AND party_id = party.id),
               coalesce(extract(epoch FROM now() - composition.signed_at), 0)::float8,
               EXISTS (SELECT FROM composition_integrations WHERE composition_id = composition.id),
               EXISTS (SELECT FROM composition_integrations
                        WHERE composition_id = composition.id AND task_status = '{IntegrationTaskStatus.Pending}'),
               coalesce(composition.relates_to_code = '{CompositionTerms.Replaces}', false), target.id, target.status,
               composition.author_id, composition.custodian_id, author.status = '{EmployeeStatus.Approved}' AND author.is_active,
               {StandingAccess.Has("composition.custodian_id", "$2", "composition:cancel")}
          FROM compositions composition
          JOIN employees author ON author.id = composition.author_id
          JOIN parties party ON party.id = author.party_id
          LEFT JOIN LATERAL (
            SELECT related.id, related.status
              {CompositionReaders.FromAs("related")}
             WHERE related.id = composition.relates_to_id AND {CompositionReaders.MayRead("composition.custodian_id", "related")}
          ) target ON true
         WHERE composition.id = $1
        """;
}
