using Esoz.Platform.Access;
using MimeKit;
using MimeKit.Text;
using MimeKit.Utils;

namespace Esoz.Platform.Mail;

/// <summary>The text of a mail with a one-time link: Ukrainian, then English.</summary>
internal static class Letter
{
    public static MimeMessage Of(ClaimedMail mail, MailboxAddress from, string url, TimeSpan life)
    {
        var isReset = mail.Purpose == LinkPurpose.Reset;
        var message = new MimeMessage
        {
            Subject = isReset ? "Новий пароль / New password" : "Запрошення / Invitation",
            // Every sending has a link of its own, so it is another message.
            MessageId = MimeUtils.GenerateMessageId(from.Address[(from.Address.IndexOf('@', StringComparison.Ordinal) + 1)..]),
            Body = new TextPart(TextFormat.Plain) { Text = isReset ? Reset(url, life) : Invitation(url, life) },
        };
        message.From.Add(from);
        message.To.Add(new MailboxAddress("", mail.Recipient));
        // RFC 3834: nobody answers it automatically.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private static string Invitation(string url, TimeSpan life) => $"""
        Вас запрошено до реєстру. Щоб задати пароль, відкрийте посилання:

        {url}

        Воно діє {UkrainianOf(life)}, один раз. Якщо ви отримали кілька листів, діє останнє посилання.
        Якщо ви не чекали на це запрошення, нічого не робіть.

        You are invited to the registry. To set your password, open the link above.
        It is valid for {EnglishOf(life)}, once. If you got several mails, the last link is valid.
        If you did not expect this invitation, do nothing.

        """;

    private static string Reset(string url, TimeSpan life) => $"""
        Щоб задати новий пароль, відкрийте посилання:

        {url}

        Воно діє {UkrainianOf(life)}, один раз. Якщо ви отримали кілька листів, діє останнє посилання.
        Якщо ви про це не просили, повідомте адміністратора; ваш пароль лишається чинним.

        To set a new password, open the link above.
        It is valid for {EnglishOf(life)}, once. If you got several mails, the last link is valid.
        If you did not ask for this, tell your administrator; your password stays as it is.

        """;

    private static string UkrainianOf(TimeSpan life) => life.TotalHours >= 1 && life.Minutes == 0
        ? $"{life.TotalHours:F0} год." : $"{life.TotalMinutes:F0} хв.";

    private static string EnglishOf(TimeSpan life) => life.TotalHours >= 1 && life.Minutes == 0
        ? $"{life.TotalHours:F0} h" : $"{life.TotalMinutes:F0} min";
}
