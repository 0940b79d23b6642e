using Esoz.Platform.Mail;

namespace Esoz.Diagnosis;

/// <summary>Whether the mail server takes mails from here. Sends none.</summary>
public static class MailFindings
{
    private const string Subject = "mail server";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

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
}
