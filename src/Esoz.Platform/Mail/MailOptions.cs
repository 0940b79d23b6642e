using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Esoz.Platform.Access;
using Esoz.Platform.Configuration;
using MimeKit;

namespace Esoz.Platform.Mail;

/// <summary>How the connection to the mail server is protected.</summary>
public enum MailTls
{
    /// <summary>Plain at first, then TLS by STARTTLS; a server that does not offer it gets no mail.</summary>
    StartTls,
    /// <summary>TLS from the beginning.</summary>
    Tls,
    /// <summary>Plain text.</summary>
    None,
}

/// <summary>The mail server that takes our mails, MAIL_….</summary>
public sealed record MailOptions
{
    public required string Host { get; init; }
    public required int Port { get; init; }
    public required MailTls Tls { get; init; }
    /// <summary>Authorities that the server's certificate is checked with; empty = those of the system.</summary>
    public required X509Certificate2Collection Authorities { get; init; }
    /// <summary>Empty = without signing in.</summary>
    public required string User { get; init; }
    public required string Password { get; init; }
    public required MailboxAddress From { get; init; }
    /// <summary>How long after it was queued a mail is tried.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>Delays after the first, second … failed attempt, before ±20 % jitter; the last one repeats.</summary>
    public IReadOnlyList<TimeSpan> RetryWaits { get; init; } =
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30)];

    /// <summary>How often the outbox is looked into.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time limit of one attempt.</summary>
    public TimeSpan AttemptLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After so long another attempt takes the place of one that does not come back; longer than any that does.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Null when no mail is sent.</summary>
    /// <param name="baseUrl">What the links in mails begin with.</param>
    public static MailOptions? Read(SettingReader read, string baseUrl)
    {
        var host = read.Text("MAIL_SMTP_HOST");
        var tls = read.Choice("MAIL_SMTP_TLS", MailTls.StartTls);
        var options = new MailOptions
        {
            Host = host,
            Tls = tls,
            Port = read.Integer("MAIL_SMTP_PORT", tls switch { MailTls.Tls => 465, MailTls.None => 25, _ => 587 }, 1, 65535),
            Authorities = read.Parsed("MAIL_SMTP_AUTHORITIES", "", AuthoritiesIn),
            User = read.Text("MAIL_SMTP_USER"),
            Password = read.Secret("MAIL_SMTP_PASSWORD"),
            From = read.Parsed("MAIL_FROM", "", Sender),
            Patience = TimeSpan.FromHours(read.Integer("MAIL_RETRY_HOURS", 24, 1, 168)),
        };
        if (host.Length == 0)
            return null;
        if (read.Text("MAIL_FROM", "").Length == 0)
            read.Fault("MAIL_SMTP_HOST needs MAIL_FROM, the address that mails come from.");
        if (baseUrl.Length == 0)
            read.Fault("MAIL_SMTP_HOST needs PUBLIC_BASE_URL: the links in mails begin with it.");
        if ((options.User.Length == 0) != (options.Password.Length == 0))
            read.Fault("MAIL_SMTP_USER and MAIL_SMTP_PASSWORD (or MAIL_SMTP_PASSWORD_FILE) go together: one of them is missing.");
        if (options is { IsPlain: true, User.Length: > 0 })
            read.Fault("MAIL_SMTP_TLS=none would send MAIL_SMTP_PASSWORD in plain text: use starttls or tls.");
        return options;
    }

    /// <summary>What is sent can be read on the way.</summary>
    public bool IsPlain => Tls == MailTls.None && !Listener.IsLocalHost(Host);

    /// <summary>Delay after the given failed attempt, from 1.</summary>
    public TimeSpan RetryWait(int attempt) =>
        RetryWaits[Math.Min(attempt, RetryWaits.Count) - 1] * (0.8 + (0.4 * Random.Shared.NextDouble()));

    private static MailboxAddress Sender(string text) =>
        text.Length == 0 ? new("", "")
            : MailboxAddress.TryParse(text, out var address) && Users.IsEmail(address.Address) ? address
            : throw new FormatException(
                $"must be an address such as registry@example.ua or Реєстр <registry@example.ua>, but is '{text}'");

    private static X509Certificate2Collection AuthoritiesIn(string path)
    {
        var certificates = new X509Certificate2Collection();
        if (path.Length == 0)
            return certificates;
        try
        {
            certificates.ImportFromPemFile(path);
        }
        catch (Exception wrong) when (wrong is IOException or CryptographicException or UnauthorizedAccessException)
        {
            throw new FormatException($"must be the path of a PEM file with certificates: {wrong.Message}");
        }
        return certificates.Count > 0 ? certificates : throw new FormatException($"{path} has no certificate");
    }
}
