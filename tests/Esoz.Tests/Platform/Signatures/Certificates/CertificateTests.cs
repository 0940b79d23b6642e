namespace Esoz.Tests.Platform.Signatures.Certificates;

/// <summary>Real certificates.</summary>
public sealed class CertificateTests
{
    [Theory(DisplayName = "A certificate is found to be signed by its issuer's key: the national root, an authority under it, a test PKI, a self-signed one")]
    [InlineData("CZOROOT.cer", "CZOROOT.cer")]
    [InlineData("CA-Justice.cer", "CZOROOT.cer")]
    [InlineData("SELF_SIGNED1.cer", "SELF_SIGNED1.cer")]
    [InlineData("pkiExample_DSTU4145_M257_PB/root_certificate.cer", "pkiExample_DSTU4145_M257_PB/root_certificate.cer")]
    [InlineData("pkiExample_DSTU4145_M257_PB/userfiz_certificate.cer", "pkiExample_DSTU4145_M257_PB/root_certificate.cer")]
    [InlineData("pkiExample_DSTU4145_M257_PB/userur_certificate.cer", "pkiExample_DSTU4145_M257_PB/root_certificate.cer")]
    [InlineData("pkiExample_DSTU4145_M257_PB/ocsp_certificate.cer", "pkiExample_DSTU4145_M257_PB/root_certificate.cer")]
    public void Signed(string certificate, string issuer) => Assert.True(OfficialData.ReadCertificate(certificate).IsSignedBy(OfficialData.ReadCertificate(issuer)));
}
