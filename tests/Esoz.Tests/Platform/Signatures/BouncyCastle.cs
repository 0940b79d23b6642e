using System.Diagnostics;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Platform.Signatures;

/// <summary>
/// Bouncy Castle for Java, run once over a directory of cases (BouncyCastleOracle.java documents the files). If Debian's packages
/// libbcprov-java and libbcpkix-java or a Java compiler are not installed, the tests that need it are skipped.
/// </summary>
public sealed class BouncyCastle : IDisposable
{
    private const string Jars = "/usr/share/java";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("esoz-bouncy-castle-");

    private static bool IsInstalled => File.Exists($"{Jars}/bcprov.jar") && File.Exists($"{Jars}/bcpkix.jar")
        && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "javac")));

    public void Write(string name, ReadOnlySpan<byte> content) => File.WriteAllBytes(Path.Combine(_directory.FullName, name), content);

    public byte[] Read(string name) => File.ReadAllBytes(Path.Combine(_directory.FullName, name));

    public string ReadText(string name) => File.ReadAllText(Path.Combine(_directory.FullName, name));

    public async Task Run(CancellationToken ct)
    {
        Assert.SkipUnless(IsInstalled, "needs Bouncy Castle for Java (libbcprov-java, libbcpkix-java) and a JDK");
        var source = SourceTree.PathOf("tests", "Esoz.Tests", "Platform", "Signatures", "BouncyCastleOracle.java");
        using var java = Process.Start(new ProcessStartInfo("java",
            ["-cp", $"{Jars}/*", source, _directory.FullName])
        { RedirectStandardError = true })!;
        var errors = await java.StandardError.ReadToEndAsync(ct);
        await java.WaitForExitAsync(ct);
        Assert.True(java.ExitCode == 0, errors);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
