using System.Text;
using Esoz.Platform.Signatures.Cms;
using Esoz.Platform.Signatures.Dstu;

namespace Esoz.Tests.Platform.Signatures.Dstu;

public sealed class Gost34311Tests
{
    /// <summary>Substitution box of the standard's examples (RFC 4357, id-GostR3411-94-TestParamSet).</summary>
    private const string TestBox =
        "4A92D80E6B1C7F53" + "EB4C6DFA23810759" + "581DA342EFC7609B" + "7DA1089FE46CB253" + "6C715FD84A9E03B2" + "4BA0721D36859CFE"
            + "DB413F590AE7682C" + "1FD057A4923E6B8C";

    [Theory(DisplayName = "The examples of the standard (RFC 5831 §7)")]
    [InlineData("This is message, length=32 bytes", "B1C466D37519B82E8319819FF32595E047A28CB6F83EFF1C6916A815A637FFFA")]
    [InlineData("Suppose the original message has length = 50 bytes", "471ABA57A60A770D3A76130635C1FBEA4EF14DE51F78B4AE57DD893B62F55208")]
    public void Standard(string message, string hash) =>
        Assert.Equal(
            hash, Convert.ToHexString(
                Gost34311.Hash(Encoding.ASCII.GetBytes(message), SubstitutionBox.Read(Convert.FromHexString(TestBox))!)));

    [Theory(DisplayName = "With ДКЕ № 1 the digest equals the one that two other programs signed")]
    [InlineData("message.p7", "123")]
    [InlineData("test_cms.p7s", "test data")]
    public void Signed(string file, string content) => AssertDigest(OfficialData.Read(file), content);

    [Theory(DisplayName = "With ДКЕ № 1 the digest equals the one that Bouncy Castle signed")]
    [InlineData("number.p7s", "123")]
    [InlineData("text.p7s", "test data")]
    public void MadeSigned(string file, string content) => AssertDigest(SignatureVectors.Read(file), content);

    private static void AssertDigest(byte[] container, string content)
    {
        var signer = new SignerInfo(SignedData.Read(container).Signers[0]);
        var digest = signer.Signed!.Single(AttributeTable.MessageDigest)!.Value.Span[2..];

        Assert.Equal(digest, Gost34311.Hash(Encoding.ASCII.GetBytes(content), SubstitutionBox.First));
    }

    [Fact(DisplayName = "A substitution is 64 bytes whose rows are permutations")]
    public void Box()
    {
        var first = SubstitutionBox.First.Packed;
        Assert.NotNull(SubstitutionBox.Read(first));
        Assert.Null(SubstitutionBox.Read(first.AsSpan(1)));
        Assert.Null(SubstitutionBox.Read(new byte[64]));
        for (var at = 0; at < 64; at++)
        {
            var broken = (byte[])first.Clone();
            broken[at] ^= 0x10;
            Assert.Null(SubstitutionBox.Read(broken));
        }
    }
}
