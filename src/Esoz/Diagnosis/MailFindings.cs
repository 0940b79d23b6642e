using Esoz.Platform.Health;
using Esoz.Platform.Mail;

namespace Esoz.Diagnosis;

/// <summary>Whether mails reach the users. Sends none.</summary>
public static class MailFindings
{
    private const string Subject = "mail server";
    private static readonly TimeSpan LongUnsent = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Whether the mail server takes mails from here.</summary>
    public static async Task<IReadOnlyList<Finding>> Of(Settings settings, CancellationToken ct)
    {
        if (settings.Mail is not { } mail)
            return [Finding.Good(Subject, "none: esoz user invite prints the link")];
        var place = $"{mail.Host}:{mail.Port}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            await new MailServer(mail).Probe(limit.Token);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            return [Finding.Broken(Subject, $"{place} does not take mails: {MailServer.FaultOf(fault).Text}",
                "check MAIL_SMTP_HOST, MAIL_SMTP_PORT, MAIL_SMTP_TLS, user and password; mails wait meanwhile")];
        }
        return
        [
            mail.IsPlain
                ? Finding.Warning(Subject, $"{place} gets links that set passwords in plain text", "set MAIL_SMTP_TLS to starttls or tls")
                : Finding.Good(Subject, $"{place} takes mails"),
        ];
    }

    /// <summary>Whether invitations reach the users (sign-in §13).</summary>
    public static async Task<Finding> OfOutbox(Settings settings, PostgresDatabase database, CancellationToken ct)
    {
        const string subject = "mails";
        var state = await new Outbox(database).State(ct);
        return state.Waiting > 0 && settings.Mail is null
            ? Finding.Warning(subject, $"{state.Waiting} wait, and no mail server is configured",
                "set MAIL_SMTP_HOST; or give the users their links by hand: esoz user invite USER")
            : state.Failed > 0
            ? Finding.Warning(subject, $"{state.Failed} could not be sent",
                "esoz mail list --status FAILED shows them and why; when the cause is removed: esoz mail retry ID")
            : state.OldestAge > LongUnsent
            ? Finding.Warning(subject, $"{state.Waiting} wait, the oldest for {state.OldestAge.TotalMinutes:F0} minutes",
                "esoz mail list --status QUEUED shows why; a node with the role worker sends them")
            : Finding.Good(subject, $"{state.Waiting} wait, none has failed");
    }
}
