using Esoz.Platform.Access;
using Npgsql;

namespace Esoz.Platform.Mail;

/// <summary>
/// Sends the mails of the outbox, one after another on each node; any number of nodes may share it. What a killed node had begun is
/// repeated, so a mail arrives at least once. The token of a link is made when its mail is sent, so the database never has it.
/// </summary>
public sealed class MailSender(
    Outbox outbox, OneTimeLinks links, OneTimeLinkOptions linkOptions, MailOptions options, MailMetrics metrics, TimeProvider clock,
    ILogger<MailSender> log) : BackgroundService
{
    private readonly MailServer _server = new(options);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (!await TrySendNext(stoppingToken))
                await Task.Delay(options.Poll, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>False when no mail is due, or the database does not answer.</summary>
    private async Task<bool> TrySendNext(CancellationToken stopping)
    {
        try
        {
            metrics.Measured(await outbox.State(stopping));
            if (await outbox.Claim(options.Lease, stopping) is not { } mail)
                return false;
            // An attempt is not broken off by a stop: whether the server has taken the mail would be unknown.
            var outcome = await Attempt(mail);
            metrics.Attempted(outcome);
            return true;
        }
        catch (Exception fault) when (fault is NpgsqlException or OperationCanceledException or Database.CommitNotReplicatedException)
        {
            // Readiness reports a database that does not answer. A mail that was claimed is tried again when its lease is over.
            log.LogWarning("The outbox cannot be read or written: {Fault}", fault.GetType().Name);
            return false;
        }
    }

    /// <returns>The outcome for the metrics.</returns>
    private async Task<string> Attempt(ClaimedMail mail)
    {
        using var limit = new CancellationTokenSource(options.AttemptLimit, clock);
        if (await links.Renew(mail.Link, mail.Purpose, limit.Token) is not { } token)
            return Report(await outbox.Cancel(mail, CancellationToken.None), "canceled", mail);
        try
        {
            await _server.Send(Letter.Of(mail, options.From, linkOptions.Url(token), linkOptions.LifeOf(mail.Purpose)), limit.Token);
        }
        catch (Exception fault)
        {
            return await Fault(mail, fault);
        }
        return Report(await WriteSent(mail), "sent", mail);
    }

    /// <summary>Without this row the mail would be sent again, so a database that does not answer is waited for.</summary>
    private async Task<bool> WriteSent(ClaimedMail mail)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return await outbox.Sent(mail, CancellationToken.None);
            }
            catch (NpgsqlException fault) when (clock.GetElapsedTime(started) < options.Lease)
            {
                log.LogDebug(fault, "Cannot write yet that mail {Mail} was sent; retrying", mail.Id);
                await Task.Delay(options.Poll, clock, CancellationToken.None);
            }
        }
    }

    private async Task<string> Fault(ClaimedMail mail, Exception fault)
    {
        var (text, isFinal) = MailServer.FaultOf(fault);
        var status = isFinal
            ? await outbox.Fail(mail, text, CancellationToken.None) ? MailStatus.Failed : null
            : await outbox.Retry(mail, options.RetryWait(mail.Attempt), options.Patience, text, CancellationToken.None);
        if (status == MailStatus.Queued)
        {
            log.LogWarning("Mail {Mail} was not sent in attempt {Attempt} ({Fault}); it will be retried", mail.Id, mail.Attempt, text);
            return "retried";
        }
        if (status == MailStatus.Failed)
        {
            log.LogError("Mail {Mail} was not sent ({Fault}) and is not tried again. Mend the cause, then: esoz mail retry {Mail}",
                mail.Id, text, mail.Id);
            return "failed";
        }
        return Report(false, "failed", mail);
    }

    private string Report(bool isLast, string outcome, ClaimedMail mail)
    {
        if (isLast)
        {
            log.LogInformation("Mail {Mail} {Outcome} in attempt {Attempt}", mail.Id, outcome, mail.Attempt);
            return outcome;
        }
        log.LogWarning("Mail {Mail}: attempt {Attempt} was overtaken by another one, or its link has ended", mail.Id, mail.Attempt);
        return "lost";
    }
}
