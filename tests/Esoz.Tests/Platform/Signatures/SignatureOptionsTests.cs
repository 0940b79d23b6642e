using Esoz.Platform.Configuration;
using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Certificates;

namespace Esoz.Tests.Platform.Signatures;

public sealed class SignatureOptionsTests
{
    [Fact(DisplayName =
        "By default signatures are checked, with a time stamp and revocation lists, against the anchors in the data directory; any certificate of theirs may sign")]
    public void Defaults() => Assert.Equal(
        new SignatureOptions
        {
            Enabled = true,
            RequireTimestamp = true,
            Revocation = RevocationMode.Crl,
            Delta = DeltaMode.Warn,
            Qualified = QualifiedMode.Any,
            TrustPath = "/data/signatures"
        }, Read());

    [Fact(DisplayName = "Each setting is read")]
    public void Given() => Assert.Equal(
        new SignatureOptions
        {
            Enabled = false,
            RequireTimestamp = false,
            Revocation = RevocationMode.None,
            Delta = DeltaMode.Require,
            Qualified = QualifiedMode.Device,
            TrustPath = "/trust",
        },
        Read(("SIGNATURE_DELTA_CRL", "require"), ("SIGNATURE_QUALIFIED", "device"), ("DIGITAL_SIGNATURE_ENABLED", "false"), ("SIGNATURE_REQUIRE_TIMESTAMP", "false"), ("SIGNATURE_REVOCATION_MODE", "none"),
            ("SIGNATURE_TRUST_DIR", "/trust")));

    [Theory(DisplayName = "An unsupported mode stops the start, with the reason")]
    [InlineData("ocsp", "ocsp is not supported")]
    [InlineData("", "must be crl or none")]
    [InlineData("off", "must be crl or none, but is 'off'")]
    public void Unsupported(string mode, string reason)
    {
        var fault = Assert.Throws<SettingsException>(
            () => Settings.Read(new Dictionary<string, string> { ["SIGNATURE_REVOCATION_MODE"] = mode }));

        Assert.Contains(reason, Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A misspelled name is reported")]
    public void Misspelled() => Assert.Contains("Did you mean SIGNATURE_TRUST_DIR?", Assert.Throws<SettingsException>(
        () => Settings.Read(new Dictionary<string, string> { ["SIGNATURE_TRUST_DIRECTORY"] = "/trust" })).Message,
        StringComparison.Ordinal);

    [Fact(DisplayName = "Production accepts qualified certificates only, unless it is told otherwise")]
    public void Production()
    {
        Assert.Equal(QualifiedMode.Certificate, Read(Mode.Production).Qualified);
        Assert.Equal(QualifiedMode.Any, Read(Mode.Production, ("SIGNATURE_QUALIFIED", "any")).Qualified);
    }

    private static SignatureOptions Read(params (string Name, string Value)[] settings) => Read(Mode.Sandbox, settings);

    private static SignatureOptions Read(Mode mode, params (string Name, string Value)[] settings) =>
        SignatureOptions.Read(new SettingReader(settings.ToDictionary(it => it.Name, it => it.Value)), "/data", mode);
}
