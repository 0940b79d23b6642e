using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Esoz.Platform.Mail;

/// <summary>The configured mail server: one connection for one mail.</summary>
public sealed class MailServer(MailOptions options)
{
    /// <summary>Returns when the server has taken the mail.</summary>
    /// <exception cref="Exception">It has not, or nobody knows: see <see cref="FaultOf"/>.</exception>
    public async Task Send(MimeMessage message, CancellationToken ct)
    {
        using var client = await Connect(ct);
        await client.SendAsync(message, ct);
        // The mail is taken: what a server says to the farewell changes nothing.
        try
        {
            await client.DisconnectAsync(quit: true, ct);
        }
        catch (Exception fault) when (fault is IOException or SmtpCommandException or SmtpProtocolException or OperationCanceledException)
        {
            // The connection is closed all the same.
        }
    }

    /// <summary>Connects and signs in, and sends nothing.</summary>
    /// <exception cref="Exception">As <see cref="Send"/>.</exception>
    public async Task Probe(CancellationToken ct)
    {
        using var client = await Connect(ct);
        await client.DisconnectAsync(quit: true, ct);
    }

    /// <summary>What went wrong, without the words of the server: they may repeat the address.</summary>
    /// <returns>Type of the fault, or the status of the answer; and whether no later attempt can succeed.</returns>
    public static (string Text, bool IsFinal) FaultOf(Exception fault) => fault switch
    {
        SmtpCommandException refused => ($"SMTP {(int)refused.StatusCode} {refused.ErrorCode}", (int)refused.StatusCode >= 500
            && refused.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted),
        SocketException socket => ($"{nameof(SocketException)} {socket.SocketErrorCode}", false),
        OperationCanceledException => ("timeout", false),
        { InnerException: { } inner } => ($"{fault.GetType().Name}: {FaultOf(inner).Text}", false),
        _ => (fault.GetType().Name, false),
    };

    private async Task<SmtpClient> Connect(CancellationToken ct)
    {
        var client = new SmtpClient
        {
            // As everywhere in the framework. Mail servers inside a network have authorities without lists.
            CheckCertificateRevocation = false,
        };
        try
        {
            if (options.Authorities.Count > 0)
                client.ServerCertificateValidationCallback = IsTrusted;
            await client.ConnectAsync(options.Host, options.Port, options.Tls switch
            {
                MailTls.Tls => SecureSocketOptions.SslOnConnect,
                MailTls.None => SecureSocketOptions.None,
                _ => SecureSocketOptions.StartTls,
            }, ct);
            if (options.User.Length > 0)
                await client.AuthenticateAsync(options.User, options.Password, ct);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 leaf || errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(options.Authorities);
        if (presented is not null)
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainElements.Select(element => element.Certificate).ToArray());
        return chain.Build(leaf);
    }
}
