using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Esoz.Platform.Http;

/// <summary>
/// The certificate that the server shows, and whether it asks for one of the client: TLS 1.2 and 1.3. Its files are looked at once a
/// second, at most, when a client connects, and read again after a change. Files that cannot be used are logged once and leave the former
/// certificate in use.
/// </summary>
public sealed class ServerCertificate
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly TlsOptions _files;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private SslServerAuthenticationOptions _current;
    private (DateTime, DateTime) _version;
    private long _looked;

    public ServerCertificate(TlsOptions files, TimeProvider clock, IMeterFactory meters, ILogger<ServerCertificate> log)
    {
        (_files, _clock, _log) = (files, clock, log);
        (_version, _looked) = (Version(), clock.GetTimestamp());
        _current = Read();
        meters.Create("Esoz").CreateObservableGauge("esoz.certificate.expiry.timestamp", Expiry, "s",
            "When the certificate that this server shows expires, in seconds since 1970");
    }

    /// <summary>For Kestrel: the options of one handshake.</summary>
    public TlsHandshakeCallbackOptions Handshakes => new() { OnConnection = _ => new(Current()) };

    private SslServerAuthenticationOptions Current()
    {
        lock (_gate)
        {
            if (_clock.GetElapsedTime(_looked) < LookInterval)
                return _current;
            _looked = _clock.GetTimestamp();
            var version = Version();
            if (version == _version)
                return _current;
            _version = version;
            try
            {
                _current = Read();
                _log.LogInformation("The server certificate was replaced");
            }
            catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
            {
                _log.LogWarning("The new server certificate cannot be used, the former one stays: {Reason}", fault.Message);
            }
            return _current;
        }
    }

    /// <summary>A renewed file counts although no client has connected since.</summary>
    private double Expiry() =>
        new DateTimeOffset(Current().ServerCertificateContext!.TargetCertificate.NotAfter).ToUnixTimeSeconds();

    private (DateTime, DateTime) Version() =>
        (File.GetLastWriteTimeUtc(_files.CertificateFile!), File.GetLastWriteTimeUtc(_files.KeyFile!));

    private SslServerAuthenticationOptions Read()
    {
        var (certificate, chain) = _files.Load();
        var handshake = new SslServerAuthenticationOptions
        {
            // Connections in progress may still use the former one, so it is left to the garbage collector.
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        if (_files.AsksForClientCertificates)
            AskForCertificate(handshake);
        return handshake;
    }

    /// <summary>
    /// Asks for a certificate and takes any: the handshake proves that the client has its private key, and an api-key names the
    /// certificates that it trusts (<see cref="Access.Credentials.Unbound"/>). Nothing is fetched that a certificate points to.
    /// </summary>
    [SuppressMessage("Security", "CA5359", Justification = "Trust is decided by the api-key, not by who issued the certificate.")]
    private static void AskForCertificate(SslServerAuthenticationOptions handshake)
    {
        handshake.ClientCertificateRequired = true;
        handshake.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        handshake.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
    }
}
