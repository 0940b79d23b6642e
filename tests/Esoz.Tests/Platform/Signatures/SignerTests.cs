using Esoz.Platform.Signatures;

namespace Esoz.Tests.Platform.Signatures;

public sealed class SignerTests
{
    [Theory(DisplayName = "A signer is the person whose number the certificate has, spaces aside, in Cyrillic or Latin letters")]
    [InlineData("3126509816", "3126509816", SignerMatch.Same)]
    [InlineData(" 31 265 09816 ", "3126509816", SignerMatch.Same)]
    [InlineData("3126509817", "3126509816", SignerMatch.Different)]
    [InlineData("312650981", "3126509816", SignerMatch.Different)]
    [InlineData(null, "3126509816", SignerMatch.Missing)]
    [InlineData("", "3126509816", SignerMatch.Missing)]
    [InlineData("   ", "3126509816", SignerMatch.Missing)]
    [InlineData("АВ123456", "АВ123456", SignerMatch.Same)]
    [InlineData("ав 123456", "АВ123456", SignerMatch.Same)]
    [InlineData("AB123456", "АВ123456", SignerMatch.Same)]
    [InlineData("AV123456", "АВ123456", SignerMatch.Same)]
    [InlineData("HE123456", "НЕ123456", SignerMatch.Same)]
    [InlineData("NE123456", "НЕ123456", SignerMatch.Same)]
    [InlineData("ShchIu123456", "ЩЮ123456", SignerMatch.Same)]
    [InlineData("АБ123456", "АВ123456", SignerMatch.Different)]
    [InlineData("AB123457", "АВ123456", SignerMatch.Different)]
    public void Compare(string? drfo, string taxId, SignerMatch expected) =>
        Assert.Equal(expected, new Signer("", null, null, null, null, drfo, null, "1").Compare(taxId));

    [Theory(DisplayName = "Numbers of persons and organisations are read from real certificates")]
    [InlineData("test_sign.cer", "1111111111", "11111111")]
    [InlineData("pkiExample_DSTU4145_M257_PB/userfiz_certificate.cer", "292431128", null)]
    [InlineData("pkiExample_DSTU4145_M257_PB/userur_certificate.cer", null, "23456")]
    [InlineData("CZOROOT.cer", null, null)]
    public void Real(string file, string? drfo, string? edrpou)
    {
        var signer = Signer.Of(OfficialData.ReadCertificate(file));

        Assert.Equal((drfo, edrpou), (signer.Drfo, signer.Edrpou));
    }

    [Theory(DisplayName = "Numbers of persons and organisations are read from certificates that Bouncy Castle made")]
    [InlineData("person-of-organisation.cer", "3333333333", "44444444")]
    [InlineData("person.cer", "3333333333", null)]
    [InlineData("organisation.cer", null, "44444444")]
    [InlineData("root-m431.cer", null, null)]
    public void Made(string file, string? drfo, string? edrpou)
    {
        var signer = Signer.Of(SignatureVectors.ReadCertificate(file));

        Assert.Equal((drfo, edrpou), (signer.Drfo, signer.Edrpou));
    }
}
