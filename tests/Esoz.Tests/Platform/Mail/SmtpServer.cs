using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Esoz.Tests.Guards;
using MimeKit;

namespace Esoz.Tests.Platform.Mail;

/// <summary>A real SMTP server (tests/tools/smtp-server.py). Without aiosmtpd (Debian: python3-aiosmtpd) its tests are skipped.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    public const string User = "registry";
    public const string Password = "smtp-secret-of-the-tests";

    private static readonly string[] Pythons = ["/usr/bin/python3", "/usr/local/bin/python3"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("esoz-smtp-");
    private readonly string[] _arguments;
    private readonly string _python;
    private Process? _process;

    private SmtpServer(string python, Func<SmtpServer, string[]> arguments)
    {
        _python = python;
        _arguments = arguments(this);
    }

    public int Port { get; private set; }

    /// <summary>PEM file of the authority of its certificate.</summary>
    public string Authority => Path.Combine(_directory.FullName, "authority.pem");

    /// <summary>What it has taken, in no order.</summary>
    public IReadOnlyList<MimeMessage> Mails => [.. _directory.GetFiles("*.eml").Select(file => MimeMessage.Load(file.FullName))];

    /// <summary>Settings of a registry that sends to it.</summary>
    public Dictionary<string, string> Settings(string tls = "none", string publicUrl = "https://api.example.ua") => new()
    {
        ["PUBLIC_BASE_URL"] = publicUrl,
        ["MAIL_SMTP_HOST"] = "127.0.0.1",
        ["MAIL_SMTP_PORT"] = Port.ToString(CultureInfo.InvariantCulture),
        ["MAIL_SMTP_TLS"] = tls,
        ["MAIL_FROM"] = "Реєстр <registry@example.ua>",
    };

    /// <summary>Plain, without signing in.</summary>
    public static Task<SmtpServer> Start() => Start(_ => []);

    /// <summary>With a certificate of an authority of its own, and a user.</summary>
    public static Task<SmtpServer> StartWithTls(bool isImplicit = false) => Start(server =>
    [
        .. server.MakeCertificate(), .. isImplicit ? ["--implicit-tls"] : (string[])["--user", User, "--password", Password],
    ]);

    /// <summary>What reads its mails is a program that may be killed.</summary>
    public async Task Stop()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts it again at the same port, with the mails that it has.</summary>
    public async Task Run()
    {
        _process = Process.Start(new ProcessStartInfo(_python,
            ["-Wignore", SourceTree.PathOf("tests/tools/smtp-server.py"), "--directory", _directory.FullName, "--port", $"{Port}", .. _arguments])
        {
            RedirectStandardOutput = true,
        })!;
        Port = int.Parse(await Eventually.Ends(_process.StandardOutput.ReadLineAsync()) ?? "", CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await Stop();
        _directory.Delete(recursive: true);
    }

    private static async Task<SmtpServer> Start(Func<SmtpServer, string[]> options)
    {
        var python = Pythons.FirstOrDefault(HasLibrary);
        Assert.SkipWhen(python is null, "needs aiosmtpd (python3-aiosmtpd)");
        var server = new SmtpServer(python, options);
        await server.Run();
        return server;
    }

    private static bool HasLibrary(string python)
    {
        if (!File.Exists(python))
            return false;
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import aiosmtpd"]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private string[] MakeCertificate()
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Authority of the tests", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(29), [1, 2, 3]);
        File.WriteAllText(Authority, authority.ExportCertificatePem());
        var (certificateFile, keyFile) = (Path.Combine(_directory.FullName, "server.pem"), Path.Combine(_directory.FullName, "key.pem"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return ["--certificate", certificateFile, "--key", keyFile];
    }
}
