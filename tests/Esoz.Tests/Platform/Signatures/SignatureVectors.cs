using Esoz.Platform.Signatures.Certificates;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Platform.Signatures;

/// <summary>Certificates, lists and containers that Bouncy Castle for Java created for these tests: tests/data/signatures.</summary>
internal static class SignatureVectors
{
    /// <summary>A time at which everything is valid, including lists.</summary>
    public static DateTimeOffset Current { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A time at which the certificates are valid but the lists are not.</summary>
    public static DateTimeOffset Later { get; } = new(2026, 3, 11, 0, 0, 0, TimeSpan.Zero);

    public static byte[] Read(string name) => File.ReadAllBytes(SourceTree.PathOf("tests", "data", "signatures", name));

    public static Certificate ReadCertificate(string name) => Certificate.Read(Read(name));
}
