using Esoz.Platform.Database;

namespace Esoz.Platform.Mail;

/// <summary>
/// The mails that are to be sent (<c>mails</c>). They are queued in the transaction that makes their link. One node claims a mail for one
/// attempt; should it not come back, another attempt follows. All times are those of the database.
/// </summary>
public sealed class Outbox(PostgresDatabase database)
{
    /// <summary>Claims the mail that has been due for longest; null when none is. The attempt is on record before it begins.</summary>
    /// <param name="lease">When another attempt follows if this one does not come back.</param>
    internal Task<ClaimedMail?> Claim(TimeSpan lease, CancellationToken ct) => database.Command($"""
        WITH due AS (
          SELECT id FROM mails
           WHERE status = '{MailStatus.Queued}' AND run_at <= now()
           ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        UPDATE mails mail SET attempts = attempts + 1, run_at = now() + $1, updated_at = now()
          FROM due, one_time_links link, users
         WHERE mail.id = due.id AND link.id = mail.link_id AND users.id = link.user_id
        RETURNING mail.id, mail.attempts, link.id, link.purpose, users.email
        """, lease).ReadOne(row => new ClaimedMail(row.GetInt64(0), row.GetInt32(1), row.GetGuid(2), row.GetString(3), row.GetString(4)), ct);

    /// <summary>False when the attempt is not the last one any more; so for all ends of an attempt.</summary>
    internal Task<bool> Sent(ClaimedMail mail, CancellationToken ct) => End(mail, MailStatus.Sent, null, ct);

    /// <summary>The mail server will never take it.</summary>
    internal Task<bool> Fail(ClaimedMail mail, string fault, CancellationToken ct) => End(mail, MailStatus.Failed, fault, ct);

    /// <summary>Its link leads nowhere.</summary>
    internal Task<bool> Cancel(ClaimedMail mail, CancellationToken ct) => End(mail, MailStatus.Canceled, null, ct);

    /// <summary>Another attempt follows, unless the mail was queued too long ago; then it has failed.</summary>
    /// <returns>Status of the mail; null when the attempt is not the last one any more.</returns>
    internal Task<string?> Retry(ClaimedMail mail, TimeSpan wait, TimeSpan patience, string fault, CancellationToken ct) =>
        database.Command($"""
            UPDATE mails
               SET status = CASE WHEN now() + $3 > queued_at + $4 THEN '{MailStatus.Failed}' ELSE '{MailStatus.Queued}' END,
                   run_at = now() + $3, last_error = $5, updated_at = now()
             WHERE id = $1 AND attempts = $2 AND status = '{MailStatus.Queued}'
            RETURNING status
            """, mail.Id, mail.Attempt, wait, patience, fault).ReadValue<string?>(ct);

    /// <summary>Queues a mail again that failed, or tries one at once that waits.</summary>
    /// <returns>False when there is no such mail, or it was sent or cancelled.</returns>
    public async Task<bool> Requeue(long id, CancellationToken ct) => await database.Write($"""
        UPDATE mails SET status = '{MailStatus.Queued}', queued_at = now(), run_at = now(), updated_at = now()
         WHERE id = $1 AND status IN ('{MailStatus.Queued}', '{MailStatus.Failed}')
        """, ct, id) == 1;

    /// <summary>The newest mails first.</summary>
    /// <param name="status">One of <see cref="MailStatus"/>; null = any.</param>
    public Task<IReadOnlyList<ListedMail>> List(string? status, int limit, CancellationToken ct) => database.Command($"""
        SELECT mail.id, mail.status, link.purpose, link.user_id, users.email, mail.attempts, mail.queued_at,
               CASE WHEN mail.status = '{MailStatus.Queued}' THEN mail.run_at END, mail.last_error
          FROM mails mail
          JOIN one_time_links link ON link.id = mail.link_id
          JOIN users ON users.id = link.user_id
         WHERE $1::text IS NULL OR mail.status = $1
         ORDER BY mail.id DESC
         LIMIT $2
        """, status, limit).ReadAll(row => new ListedMail(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetGuid(3),
            row.GetString(4), row.GetInt32(5), row.GetDateTime(6), row.IsDBNull(7) ? null : row.GetDateTime(7), row.Text(8)), ct);

    public async Task<OutboxState> State(CancellationToken ct) => (await database.Command($"""
        SELECT count(*) FILTER (WHERE status = '{MailStatus.Queued}'), count(*) FILTER (WHERE status = '{MailStatus.Failed}'),
               coalesce(extract(epoch FROM now() - min(queued_at) FILTER (WHERE status = '{MailStatus.Queued}')), 0)::float8
          FROM mails WHERE status IN ('{MailStatus.Queued}', '{MailStatus.Failed}')
        """).ReadOne(row => new OutboxState(
            row.GetInt64(0), row.GetInt64(1), TimeSpan.FromSeconds(Math.Max(0, row.GetDouble(2)))), ct))!;

    private async Task<bool> End(ClaimedMail mail, string status, string? fault, CancellationToken ct) => await database.Command($"""
        UPDATE mails SET status = $3, last_error = $4, updated_at = now()
         WHERE id = $1 AND attempts = $2 AND status = '{MailStatus.Queued}'
        """, mail.Id, mail.Attempt, status, fault).Execute(ct) == 1;
}

/// <param name="Attempt">Number of this attempt, from 1; whatever ends it names it.</param>
internal sealed record ClaimedMail(long Id, int Attempt, Guid Link, string Purpose, string Recipient);

/// <param name="DueAt">Next attempt; null when there is none.</param>
/// <param name="LastError">Type of the fault, or status of the mail server's answer.</param>
public sealed record ListedMail(
    long Id, string Status, string Purpose, Guid UserId, string Email, int Attempts, DateTime QueuedAt, DateTime? DueAt, string? LastError);

/// <param name="Waiting">Mails that are QUEUED.</param>
/// <param name="Failed">Mails that an operator has to look at.</param>
/// <param name="OldestAge">How long ago the oldest waiting one was queued.</param>
public sealed record OutboxState(long Waiting, long Failed, TimeSpan OldestAge);
