using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Esoz.Platform.Configuration;

namespace Esoz.Platform.Http;

/// <summary>TLS of the server itself; without files it has none.</summary>
public sealed record TlsOptions
{
    /// <summary>File with the certificate, then those between it and the root, in PEM; null = no TLS.</summary>
    public required string? CertificateFile { get; init; }

    /// <summary>File with the private key, in PEM and not encrypted.</summary>
    public required string? KeyFile { get; init; }

    /// <summary>Whether clients are asked for a certificate in the handshake. Who has none is served all the same.</summary>
    public required bool AsksForClientCertificates { get; init; }

    /// <summary>For how long browsers insist on TLS; zero = they are not told.</summary>
    public required TimeSpan StrictFor { get; init; }

    /// <summary>Whether that is said of all hosts below this one, too.</summary>
    public required bool StrictWithSubdomains { get; init; }

    public static TlsOptions Read(SettingReader read)
    {
        var options = new TlsOptions
        {
            CertificateFile = PathOf(read.Text("ESOZ_TLS_CERTIFICATE")),
            KeyFile = PathOf(read.Text("ESOZ_TLS_KEY")),
            AsksForClientCertificates = read.Choice("ESOZ_TLS_CLIENT_CERTIFICATES", ClientCertificates.None) == ClientCertificates.Optional,
            StrictFor = TimeSpan.FromSeconds(read.Integer("ESOZ_HSTS_SECONDS", 31_536_000, 0, int.MaxValue)),
            StrictWithSubdomains = read.Flag("ESOZ_HSTS_SUBDOMAINS", true),
        };
        if (options.CertificateFile is null != options.KeyFile is null)
            read.Fault("ESOZ_TLS_CERTIFICATE and ESOZ_TLS_KEY belong together: set both or none.");
        else if (options.CertificateFile is not null)
            Check(options, read);
        else if (options.AsksForClientCertificates)
            read.Fault("ESOZ_TLS_CLIENT_CERTIFICATES=optional needs ESOZ_TLS_CERTIFICATE and ESOZ_TLS_KEY: clients are asked in the TLS handshake.");
        return options;
    }

    /// <summary>The certificate with its key, and the certificates after it.</summary>
    /// <exception cref="CryptographicException">They are not a certificate and its key.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public (X509Certificate2 Certificate, X509Certificate2Collection Chain) Load()
    {
        var certificate = X509Certificate2.CreateFromPemFile(CertificateFile!, KeyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(CertificateFile!);
        chain.RemoveAt(0);
        return (certificate, chain);
    }

    private static string? PathOf(string text) => text.Length > 0 ? Path.GetFullPath(text) : null;

    private static void Check(TlsOptions options, SettingReader read)
    {
        try
        {
            options.Load().Certificate.Dispose();
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            read.Fault($"ESOZ_TLS_CERTIFICATE and ESOZ_TLS_KEY are not a certificate and its key in PEM: {fault.Message}");
        }
    }

    /// <summary>Values of the setting.</summary>
    private enum ClientCertificates
    {
        None,
        Optional,
    }
}
