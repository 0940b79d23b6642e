using Esoz.Platform.Configuration;
using Esoz.Platform.Mail;

namespace Esoz.Tests.Platform.Mail;

/// <summary>MAIL_…: what belongs together, and what must not be.</summary>
public sealed class MailOptionsTests
{
    private static readonly Dictionary<string, string> Complete = new()
    {
        ["PUBLIC_BASE_URL"] = "https://api.example.ua",
        ["MAIL_SMTP_HOST"] = "mail.example.ua",
        ["MAIL_FROM"] = "registry@example.ua",
    };

    [Fact(DisplayName = "Without a host no mail is sent; with it the defaults are STARTTLS, its port, and a day of attempts")]
    public void Defaults()
    {
        Assert.Null(Settings.Read(new Dictionary<string, string>()).Mail);
        var options = Settings.Read(Complete).Mail!;

        Assert.Equal((MailTls.StartTls, 587, "", TimeSpan.FromHours(24), "registry@example.ua"),
            (options.Tls, options.Port, options.User, options.Patience, options.From.Address));
        Assert.Equal(465, Read(("MAIL_SMTP_TLS", "tls")).Port);
        Assert.Equal(25, Read(("MAIL_SMTP_TLS", "none")).Port);
        Assert.True(Read(("MAIL_SMTP_TLS", "none")).IsPlain);
        Assert.False(Read(("MAIL_SMTP_TLS", "none"), ("MAIL_SMTP_HOST", "127.0.0.1")).IsPlain);
    }

    [Theory(DisplayName = "What is missing or contradicts is told at the start")]
    [InlineData("MAIL_SMTP_HOST needs MAIL_FROM, the address that mails come from.", "MAIL_FROM", "")]
    [InlineData("MAIL_SMTP_HOST needs PUBLIC_BASE_URL: the links in mails begin with it.", "PUBLIC_BASE_URL", "")]
    [InlineData("MAIL_FROM: must be an address such as registry@example.ua or Реєстр <registry@example.ua>, but is 'registry'", "MAIL_FROM", "registry")]
    [InlineData("MAIL_SMTP_USER and MAIL_SMTP_PASSWORD (or MAIL_SMTP_PASSWORD_FILE) go together: one of them is missing.", "MAIL_SMTP_USER", "registry")]
    [InlineData("MAIL_SMTP_TLS=none would send MAIL_SMTP_PASSWORD in plain text: use starttls or tls.", "MAIL_SMTP_TLS", "none",
        "MAIL_SMTP_USER", "registry", "MAIL_SMTP_PASSWORD", "secret")]
    [InlineData("MAIL_SMTP_PROT is not a setting. Did you mean MAIL_SMTP_PORT?", "MAIL_SMTP_PROT", "25")]
    public void Faults(string fault, params string[] pairs)
    {
        var values = new Dictionary<string, string>(Complete);
        foreach (var pair in pairs.Chunk(2))
            values[pair[0]] = pair[1];

        Assert.Equal([fault], Assert.Throws<SettingsException>(() => Settings.Read(values)).Faults);
    }

    [Fact(DisplayName = "A wait grows from attempt to attempt up to the last one, with a fifth of jitter")]
    public void Waits()
    {
        var options = Settings.Read(Complete).Mail!;

        foreach (var (attempt, seconds) in new[] { (1, 10), (2, 60), (3, 300), (4, 900), (5, 1800), (50, 1800) })
            Assert.InRange(options.RetryWait(attempt).TotalSeconds, seconds * 0.8, seconds * 1.2);
    }

    private static MailOptions Read(params (string Name, string Value)[] more)
    {
        var values = new Dictionary<string, string>(Complete);
        foreach (var (name, value) in more)
            values[name] = value;
        return Settings.Read(values).Mail!;
    }
}
