using Esoz.Platform.Configuration;
using Esoz.Platform.Signatures.Certificates;

namespace Esoz.Platform.Signatures;

/// <summary>Settings of signature checks (compositions §13).</summary>
public sealed record SignatureOptions
{
    /// <summary>DIGITAL_SIGNATURE_ENABLED: false accepts plain JSON instead of a signed container, for tests only.</summary>
    public required bool Enabled { get; init; }

    /// <summary>
    /// SIGNATURE_REQUIRE_TIMESTAMP: a container without a time stamp is refused. A time stamp that is present must be valid in either case.
    /// </summary>
    public required bool RequireTimestamp { get; init; }

    /// <summary>SIGNATURE_REVOCATION_MODE.</summary>
    public required RevocationMode Revocation { get; init; }

    /// <summary>SIGNATURE_TRUST_DIR: anchors, further certificates and revocation lists, see <see cref="TrustDirectory"/>.</summary>
    public required string TrustPath { get; init; }

    public static SignatureOptions Read(SettingReader read, string dataDirectory) => new()
    {
        Enabled = read.Flag("DIGITAL_SIGNATURE_ENABLED", true),
        RequireTimestamp = read.Flag("SIGNATURE_REQUIRE_TIMESTAMP", true),
        Revocation = read.Parsed("SIGNATURE_REVOCATION_MODE", "crl", Mode),
        TrustPath = Path.GetFullPath(read.Text("SIGNATURE_TRUST_DIR", Path.Combine(dataDirectory, "signatures"))),
    };

    private static RevocationMode Mode(string text) => text.ToLowerInvariant() switch
    {
        "crl" => RevocationMode.Crl,
        "none" => RevocationMode.None,
        "ocsp" => throw new FormatException(
            "ocsp is not supported; use crl, and fetch the revocation lists with a scheduled job"),
        _ => throw new FormatException($"must be crl or none, but is '{text}'"),
    };
}
