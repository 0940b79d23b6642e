namespace Esoz.Tests.Platform.Signatures.Certificates;

/// <summary>Real certificates, and certificates created by Bouncy Castle.</summary>
public sealed class CertificateTests
{
    [Theory(DisplayName =
        "The signature of a certificate verifies with its issuer's key: the national root, an authority under it, a test PKI, a self-signed one")]
    [InlineData("CZOROOT.cer", "CZOROOT.cer")]
    [InlineData("CA-Justice.cer", "CZOROOT.cer")]
    [InlineData("SELF_SIGNED1.cer", "SELF_SIGNED1.cer")]
    [InlineData("pkiExample_DSTU4145_M257_PB/root_certificate.cer", "pkiExample_DSTU4145_M257_PB/root_certificate.cer")]
    [InlineData("pkiExample_DSTU4145_M257_PB/userfiz_certificate.cer", "pkiExample_DSTU4145_M257_PB/root_certificate.cer")]
    [InlineData("pkiExample_DSTU4145_M257_PB/userur_certificate.cer", "pkiExample_DSTU4145_M257_PB/root_certificate.cer")]
    [InlineData("pkiExample_DSTU4145_M257_PB/ocsp_certificate.cer", "pkiExample_DSTU4145_M257_PB/root_certificate.cer")]
    public void Signed(string certificate, string issuer) =>
        Assert.True(OfficialData.ReadCertificate(certificate).IsSignedBy(OfficialData.ReadCertificate(issuer)));

    [Theory(DisplayName = "The same for certificates that Bouncy Castle created")]
    [InlineData("root-m431.cer", "root-m431.cer")]
    [InlineData("authority-m257.cer", "root-m431.cer")]
    [InlineData("signer.cer", "signer.cer")]
    [InlineData("person.cer", "persons-authority.cer")]
    [InlineData("organisation.cer", "persons-authority.cer")]
    public void MadeSigned(string certificate, string issuer)
    {
        Assert.True(SignatureVectors.ReadCertificate(certificate).IsSignedBy(SignatureVectors.ReadCertificate(issuer)));
        Assert.False(
            SignatureVectors.ReadCertificate(certificate).IsSignedBy(SignatureVectors.ReadCertificate("person-of-organisation.cer")));
    }

    [Theory(DisplayName = "A real authority's curve is accepted by name and as explicit parameters")]
    [InlineData("CZOROOT.cer", "DSTU 4145, m = 431")]
    [InlineData("CA-Justice.cer", "DSTU 4145, m = 257")]
    public void Keys(string certificate, string key) => Assert.Equal(key, OfficialData.ReadCertificate(certificate).Key.Name);
}
