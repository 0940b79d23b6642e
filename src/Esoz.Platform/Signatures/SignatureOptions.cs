using Esoz.Platform.Configuration;
using Esoz.Platform.Signatures.Certificates;

namespace Esoz.Platform.Signatures;

/// <summary>Which certificates may sign.</summary>
public enum QualifiedMode
{
    /// <summary>Any that leads to an anchor.</summary>
    Any,
    /// <summary>Qualified ones for signatures of persons, wherever the key is.</summary>
    Certificate,
    /// <summary>Qualified ones whose key is in a qualified device.</summary>
    Device,
}

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

    /// <summary>SIGNATURE_DELTA_CRL.</summary>
    public required DeltaMode Delta { get; init; }

    /// <summary>SIGNATURE_QUALIFIED.</summary>
    public required QualifiedMode Qualified { get; init; }

    /// <summary>SIGNATURE_TRUST_DIR: anchors, further certificates and revocation lists, see <see cref="TrustDirectory"/>.</summary>
    public required string TrustPath { get; init; }

    /// <param name="mode">The test authority of a sandbox may have issued certificates that are not qualified; a real one has not.</param>
    public static SignatureOptions Read(SettingReader read, string dataDirectory, Mode mode) => new()
    {
        Enabled = read.Flag("DIGITAL_SIGNATURE_ENABLED", true),
        RequireTimestamp = read.Flag("SIGNATURE_REQUIRE_TIMESTAMP", true),
        Revocation = read.Parsed("SIGNATURE_REVOCATION_MODE", "crl", Revoked),
        Delta = read.Choice("SIGNATURE_DELTA_CRL", DeltaMode.Warn),
        Qualified = read.Choice("SIGNATURE_QUALIFIED", mode == Mode.Production ? QualifiedMode.Certificate : QualifiedMode.Any),
        TrustPath = Path.GetFullPath(read.Text("SIGNATURE_TRUST_DIR", Path.Combine(dataDirectory, "signatures"))),
    };

    private static RevocationMode Revoked(string text) => text.ToLowerInvariant() switch
    {
        "crl" => RevocationMode.Crl,
        "none" => RevocationMode.None,
        "ocsp" => throw new FormatException(
            "ocsp is not supported; use crl, and fetch the revocation lists with a scheduled job"),
        _ => throw new FormatException($"must be crl or none, but is '{text}'"),
    };
}
