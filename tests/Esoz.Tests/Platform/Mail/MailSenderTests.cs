using System.Text.RegularExpressions;
using Esoz.Platform.Access;
using Esoz.Platform.Mail;
using Esoz.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;
using System.Diagnostics.Metrics;

namespace Esoz.Tests.Platform.Mail;

/// <summary>The outbox and a real SMTP server (docs/adr/0041): every mail arrives, once, and no secret stays behind.</summary>
public sealed partial class MailSenderTests(Registry registry) : IClassFixture<Registry>, IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Outbox Outbox => new(registry.Database);

    /// <summary>The outbox is counted and emptied as a whole: each test begins with an empty one.</summary>
    public async ValueTask InitializeAsync() => await registry.Execute("DELETE FROM mails");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact(DisplayName = "An invitation arrives: both languages, one link, which opens; the database has neither the link nor the address of the mail")]
    public async Task Arrives()
    {
        await using var smtp = await SmtpServer.Start();
        var user = await User("arrives@example.ua");
        await Links(smtp).Mail(user, LinkPurpose.Invitation, Ct);

        await using (await Sender(smtp))
            await Ends(user, MailStatus.Sent);

        var mail = Assert.Single(smtp.Mails);
        Assert.Equal("\"Реєстр\" <registry@example.ua>", mail.From.ToString());
        Assert.Equal("arrives@example.ua", mail.To.ToString());
        Assert.Equal("Запрошення / Invitation", mail.Subject);
        Assert.Equal("auto-generated", mail.Headers["Auto-Submitted"]);
        Assert.Contains("діє 72 год., один раз", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("valid for 72 h, once", mail.TextBody, StringComparison.Ordinal);
        var opened = await Links(smtp).Find(TokenOf(mail), Ct);
        Assert.Equal((user, "arrives@example.ua", LinkPurpose.Invitation), (opened!.UserId, opened.Email, opened.Purpose));

        var token = TokenOf(mail);
        var kept = await registry.Scalar<string>("""
            SELECT string_agg(row_to_json(mail)::text, ' ') || (SELECT string_agg(row_to_json(link)::text, ' ') FROM one_time_links link)
                   || (SELECT string_agg(changeset::text, ' ') FROM audit_log)
              FROM mails mail
            """);
        Assert.DoesNotContain(token, kept, StringComparison.Ordinal);
        Assert.DoesNotContain("arrives@", await registry.Scalar<string>("SELECT string_agg(row_to_json(mail)::text, ' ') FROM mails mail"),
            StringComparison.Ordinal);
        Assert.DoesNotContain(SecretHash.Of(token).Hex, await registry.Scalar<string>("SELECT string_agg(changeset::text, ' ') FROM audit_log"),
            StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A new password: its own subject, text and life")]
    public async Task Reset()
    {
        await using var smtp = await SmtpServer.Start();
        var user = await User("reset@example.ua");
        await Links(smtp).Mail(user, LinkPurpose.Reset, Ct);

        await using (await Sender(smtp))
            await Ends(user, MailStatus.Sent);

        var mail = Assert.Single(smtp.Mails);
        Assert.Equal("Новий пароль / New password", mail.Subject);
        Assert.Contains("valid for 1 h, once", mail.TextBody, StringComparison.Ordinal);
        Assert.True(await registry.Scalar<bool>(
            "SELECT expires_at = updated_at + interval '1 hour' FROM one_time_links WHERE user_id = $1", user));
    }

    [Fact(DisplayName = "While the mail server is away a mail waits; when it is back, mail retry sends it at once")]
    public async Task Outage()
    {
        await using var smtp = await SmtpServer.Start();
        await smtp.Stop();
        var user = await User("outage@example.ua");
        await Links(smtp).Mail(user, LinkPurpose.Invitation, Ct);
        await using var sender = await Sender(smtp);

        await Eventually.Holds(async () => (await Mail(user)).LastError is not null);
        var waiting = await Mail(user);
        Assert.Equal((MailStatus.Queued, 1, "SocketException ConnectionRefused"), (waiting.Status, waiting.Attempts, waiting.LastError));
        Assert.True(waiting.DueAt > DateTime.UtcNow);
        await smtp.Run();
        Assert.True(await Outbox.Requeue(waiting.Id, Ct));
        await Ends(user, MailStatus.Sent);

        Assert.Single(smtp.Mails);
        Assert.Null((await Mail(user)).LastError);
        Assert.False(await Outbox.Requeue(waiting.Id, Ct));
    }

    [Fact(DisplayName = "451 is tried again by itself; 550 is final, without the words of the server, until an operator queues it again")]
    public async Task Refusals()
    {
        await using var smtp = await SmtpServer.Start();
        var (later, refused) = (await User("later.1@example.ua"), await User("refused.1@example.ua"));
        await Links(smtp).Mail(later, LinkPurpose.Invitation, Ct);
        await Links(smtp).Mail(refused, LinkPurpose.Invitation, Ct);

        await using (await Sender(smtp, options => options with { RetryWaits = [TimeSpan.FromMilliseconds(10)] }))
        {
            await Ends(later, MailStatus.Sent);
            await Ends(refused, MailStatus.Failed);
        }

        Assert.Equal(2, (await Mail(later)).Attempts);
        var failed = await Mail(refused);
        Assert.Equal((1, "SMTP 550 RecipientNotAccepted"), (failed.Attempts, failed.LastError));
        Assert.Equal("later.1@example.ua", Assert.Single(smtp.Mails).To.ToString());
        Assert.Equal(1, (await Outbox.State(Ct)).Failed);
        Assert.True(await Outbox.Requeue(failed.Id, Ct));
        Assert.Equal(MailStatus.Queued, (await Mail(refused)).Status);
    }

    [Fact(DisplayName = "A mail that was queued too long ago fails instead of being tried for ever")]
    public async Task GivesUp()
    {
        await using var smtp = await SmtpServer.Start();
        await smtp.Stop();
        var user = await User("late@example.ua");
        await Links(smtp).Mail(user, LinkPurpose.Invitation, Ct);
        await registry.Execute("UPDATE mails SET queued_at = now() - interval '24 hours'");

        await using (await Sender(smtp))
            await Ends(user, MailStatus.Failed);

        Assert.Equal("SocketException ConnectionRefused", (await Mail(user)).LastError);
    }

    [Fact(DisplayName = "A mail whose link was replaced is not sent")]
    public async Task Replaced()
    {
        await using var smtp = await SmtpServer.Start();
        var user = await User("replaced@example.ua");
        await Links(smtp).Mail(user, LinkPurpose.Invitation, Ct);
        var shown = await Links(smtp).Make(user, LinkPurpose.Invitation, Ct);
        var next = await User("next@example.ua");
        await Links(smtp).Mail(next, LinkPurpose.Invitation, Ct);

        await using (await Sender(smtp))
            await Ends(next, MailStatus.Sent);

        Assert.Equal((MailStatus.Canceled, 0), ((await Mail(user)).Status, (await Mail(user)).Attempts));
        Assert.Equal("next@example.ua", Assert.Single(smtp.Mails).To.ToString());
        Assert.NotNull(await Links(smtp).Find(shown!, Ct));
    }

    [Fact(DisplayName = "Two nodes share the outbox: forty mails arrive once each")]
    public async Task TwoNodes()
    {
        await using var smtp = await SmtpServer.Start();
        var users = new List<Guid>();
        for (var i = 0; i < 40; i++)
        {
            users.Add(await User($"shared.{i}@example.ua"));
            await Links(smtp).Mail(users[i], LinkPurpose.Invitation, Ct);
        }

        await using (await Sender(smtp))
        await using (await Sender(smtp))
            await Eventually.Holds(async () => (await Outbox.State(Ct)).Waiting == 0);

        Assert.Equal(users.Count, smtp.Mails.Count);
        Assert.Equal(users.Count, smtp.Mails.Select(mail => mail.To.ToString()).Distinct().Count());
        Assert.Equal(1, await registry.Scalar<int>("SELECT max(attempts) FROM mails WHERE link_id IN (SELECT id FROM one_time_links WHERE user_id = ANY ($1))", users.ToArray()));
    }

    [Fact(DisplayName = "kill -9 while the server has the mail but has not said so: it is sent again, and the newest link is the one that opens")]
    public async Task Killed()
    {
        await using var smtp = await SmtpServer.Start();
        await using var cluster = new TestCluster();
        await using var own = new Registry(cluster);
        await own.InitializeAsync();
        var settings = smtp.Settings();
        foreach (var (name, value) in EsozProcess.Production(own.ConnectionString, own.DataDirectory))
            settings[name] = value;
        var user = await User("slow.1@example.ua", own);
        var links = new OneTimeLinks(own.Database, OptionsOf(smtp));
        await links.Mail(user, LinkPurpose.Invitation, Ct);

        using (var server = await ServerProcess.Serve(settings, "--roles", "worker"))
        {
            await Eventually.Holds(() => smtp.Mails.Count == 1, () => "It never arrived.");
            await server.Kill();
        }
        var first = TokenOf(Assert.Single(smtp.Mails));
        Assert.Equal((MailStatus.Queued, 1), await Status());
        // The lease of the killed node is over.
        await own.Execute("UPDATE mails SET run_at = now()");
        using (var server = await ServerProcess.Serve(settings, "--roles", "worker"))
        {
            await Eventually.Holds(async () => (await Status()).Status == MailStatus.Sent);
            Assert.DoesNotContain("slow.1", server.Errors, StringComparison.Ordinal);
            server.Signal(ServerProcess.Terminate);
            await server.EndsWell();
        }

        Assert.Equal(2, smtp.Mails.Count);
        var second = Assert.Single(smtp.Mails, mail => TokenOf(mail) != first);
        Assert.Null(await links.Find(first, Ct));
        Assert.NotNull(await links.Find(TokenOf(second), Ct));

        async Task<(string Status, int Attempts)> Status()
        {
            var mail = Assert.Single(await new Outbox(own.Database).List(null, 10, Ct));
            return (mail.Status, mail.Attempts);
        }
    }

    [Theory(DisplayName = "STARTTLS and TLS with the named authority, signing in; without the authority nothing is sent")]
    [InlineData("starttls", false)]
    [InlineData("tls", true)]
    public async Task Tls(string tls, bool isImplicit)
    {
        await using var smtp = await SmtpServer.StartWithTls(isImplicit);
        var user = await User($"{tls}@example.ua");
        var settings = smtp.Settings(tls);
        if (!isImplicit)
            (settings["MAIL_SMTP_USER"], settings["MAIL_SMTP_PASSWORD"]) = (SmtpServer.User, SmtpServer.Password);
        await Links(smtp).Mail(user, LinkPurpose.Invitation, Ct);

        await using (await Sender(settings))
            await Eventually.Holds(async () => (await Mail(user)).LastError is not null);
        Assert.Equal((MailStatus.Queued, "SslHandshakeException: AuthenticationException"), ((await Mail(user)).Status, (await Mail(user)).LastError));
        Assert.Empty(smtp.Mails);

        settings["MAIL_SMTP_AUTHORITIES"] = smtp.Authority;
        await Outbox.Requeue((await Mail(user)).Id, Ct);
        await using (await Sender(settings))
            await Ends(user, MailStatus.Sent);
        Assert.Single(smtp.Mails);
    }

    [Fact(DisplayName = "A server without STARTTLS gets no mail when it is demanded; a wrong password is tried again later")]
    public async Task Demands()
    {
        await using var plain = await SmtpServer.Start();
        var user = await User("demands@example.ua");
        await Links(plain).Mail(user, LinkPurpose.Invitation, Ct);
        await using (await Sender(plain.Settings("starttls")))
            await Eventually.Holds(async () => (await Mail(user)).LastError is not null);
        Assert.Equal((MailStatus.Queued, "NotSupportedException"), ((await Mail(user)).Status, (await Mail(user)).LastError));
        Assert.Empty(plain.Mails);

        await using var smtp = await SmtpServer.StartWithTls();
        var settings = smtp.Settings("starttls");
        settings["MAIL_SMTP_AUTHORITIES"] = smtp.Authority;
        (settings["MAIL_SMTP_USER"], settings["MAIL_SMTP_PASSWORD"]) = (SmtpServer.User, "wrong");
        await Outbox.Requeue((await Mail(user)).Id, Ct);
        await using (await Sender(settings))
            await Eventually.Holds(async () => (await Mail(user)).LastError?.StartsWith("Auth", StringComparison.Ordinal) == true);
        Assert.Equal(MailStatus.Queued, (await Mail(user)).Status);
        Assert.Empty(smtp.Mails);
    }

    private static string TokenOf(MimeMessage mail) => Link().Match(mail.TextBody ?? "") is { Success: true } found ? found.Groups[1].Value
        : throw new InvalidDataException(mail.TextBody);

    private Task<Guid> User(string email) => User(email, registry);

    private static async Task<Guid> User(string email, Registry of) =>
        (await new Users(of.Database).Register(new(null, email, null, null), Ct)).Id!.Value;

    private OneTimeLinks Links(SmtpServer smtp) => new(registry.Database, OptionsOf(smtp));

    private static OneTimeLinkOptions OptionsOf(SmtpServer smtp) => Settings.Read(smtp.Settings()).Links;

    private async Task<ListedMail> Mail(Guid user) => (await Outbox.List(null, 100, Ct)).First(mail => mail.UserId == user);

    private Task Ends(Guid user, string status) => Eventually.Holds(async () => (await Mail(user)).Status == status);

    private Task<RunningSender> Sender(SmtpServer smtp, Func<MailOptions, MailOptions>? vary = null) => Sender(smtp.Settings(), vary);

    /// <summary>The sender of one node, until it is disposed.</summary>
    private async Task<RunningSender> Sender(Dictionary<string, string> settings, Func<MailOptions, MailOptions>? vary = null)
    {
        var read = Settings.Read(settings);
        var options = read.Mail! with { Poll = TimeSpan.FromMilliseconds(20) };
        var sender = new MailSender(Outbox, new(registry.Database, read.Links), read.Links, vary?.Invoke(options) ?? options,
            new(registry.Services.GetRequiredService<IMeterFactory>()), registry.Clock, NullLogger<MailSender>.Instance);
        await sender.StartAsync(Ct);
        return new(sender);
    }

    private sealed class RunningSender(MailSender sender) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await sender.StopAsync(CancellationToken.None);
            sender.Dispose();
        }
    }

    [GeneratedRegex(@"https://api\.example\.ua/password\?token=([A-Za-z0-9_-]{43})\s")]
    private static partial Regex Link();
}
