using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Esoz.Platform.Signatures.Certificates;

namespace Esoz.Tests.Platform.Signatures.Certificates;

/// <summary>Forms of files with certificates and revocation lists, and what is said about those that have none.</summary>
public sealed class TrustFileTests
{
    private static readonly string[] Three = ["root-m431.cer", "authority-m257.cer", "persons-authority.cer"];

    [Fact(DisplayName = "PEM with many blocks and text around them is read whole: certificates and revocation lists, each counted")]
    public void Pem()
    {
        var text = string.Concat(Three.Select(name =>
            $"subject=O = \"Організація\", CN = {name}\nissuer=CN = x\n\n{Block("CERTIFICATE", SignatureVectors.Read(name))}\n"));

        var file = TrustFile.Read(Encoding.UTF8.GetBytes(text + Block("X509 CRL", SignatureVectors.Read("full.crl")).ReplaceLineEndings("\r\n")));

        Assert.Equal((3, 1, 4), (file.Certificates.Count, file.Lists.Count, file.Count));
        Assert.Null(file.Fault);
    }

    [Theory(DisplayName = "A PKCS #7 bundle is read, as DER and as PEM")]
    [InlineData(false)]
    [InlineData(true)]
    public void Bundles(bool isPem)
    {
        var bundle = Bundle([.. Three.Select(SignatureVectors.Read)], [SignatureVectors.Read("full.crl"), SignatureVectors.Read("delta.crl")]);

        var file = TrustFile.Read(isPem ? Encoding.ASCII.GetBytes(Block("PKCS7", bundle)) : bundle);

        Assert.Equal((3, 2, 5), (file.Certificates.Count, file.Lists.Count, file.Count));
        Assert.Null(file.Fault);
    }

    [Fact(DisplayName = "What cannot be read is counted, named by its place and leaves the other entries alone")]
    public void Damaged()
    {
        var good = Block("CERTIFICATE", SignatureVectors.Read(Three[0]));
        var file = TrustFile.Read(Encoding.ASCII.GetBytes(
            $"{good}\n-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n{good}\n-----BEGIN CERTIFICATE-----\nAAAA\n{Block("PRIVATE KEY", [1])}\n"));

        Assert.Equal((2, 5), (file.Certificates.Count, file.Count));
        Assert.Equal(
            "3 of 5 entries cannot be read: entry 2: the block CERTIFICATE is not base64 or has no end; entry 4: the block CERTIFICATE is not base64 or has no end; entry 5: a PRIVATE KEY does not belong here",
            file.Fault);

        file = TrustFile.Read(Bundle([SignatureVectors.Read(Three[0]), [0x30, 3, 2, 1, 5]], []));
        Assert.Equal((1, 2), (file.Certificates.Count, file.Count));
        Assert.StartsWith("1 of 2 entries cannot be read: entry 2: ", file.Fault, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Kinds => new()
    {
        { "", "an empty file" },
        { "{\"a\":1}", "plain JSON without a signature" },
        { "\uFEFF <?xml version=\"1.0\"?><a/>", "an XML document" },
        { "<?xml version=\"1.0\"?><ds:Signature/>", "a signed XML document" },
        { "%PDF-1.7", "a PDF document" },
        { "PK\u0003\u0004....mimetypeapplication/vnd.etsi.asic-e+zip", "an ASiC container (ZIP)" },
        { "PK\u0003\u0004....word/document.xml", "a ZIP archive" },
        { "UA1_SIGN\0....", "a UA1_SIGN container: a header of its own before the CMS" },
        { "UA1_CRYPT\0....", "a UA1_CRYPT container: encrypted" },
        { "TRANSPORTABLE\0", "a transport container of tax reports" },
        { "Добрий день", "plain text" },
        { "\u0001\u0002\u0003", "a file of an unknown kind" },
        { "-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----", "PEM of PKCS7" },
        { "JVBERi0xLjcKJVBERi0xLjcKJVBERg==", "base64 of a PDF document" },
    };

    [Theory(DisplayName = "What a file is, by name")]
    [MemberData(nameof(Kinds))]
    public void Named(string text, string name)
    {
        Assert.Equal(name, FileKind.Of(Encoding.UTF8.GetBytes(text)).Name);
        Assert.Empty(TrustFile.Read(Encoding.UTF8.GetBytes(text)).Certificates);
    }

    [Fact(DisplayName = "A container in base64, in PEM or with the header of UA1_SIGN is found; certificates, lists and keys are named")]
    public void Wrapped()
    {
        var cms = SignatureVectors.Read("number.p7s");
        byte[][] wrapped =
        [
            Encoding.ASCII.GetBytes(Convert.ToBase64String(cms, Base64FormattingOptions.InsertLineBreaks)),
            Encoding.ASCII.GetBytes(Convert.ToBase64String(cms).Replace('+', '-').Replace('/', '_').TrimEnd('=')),
            Encoding.ASCII.GetBytes(Block("CMS", cms)),
            [.. "UA1_SIGN\0"u8, .. BitConverter.GetBytes(cms.Length), .. cms],
        ];
        Assert.All(wrapped, bytes => Assert.Equal(cms, FileKind.Of(bytes).Inside));
        Assert.Equal([true, true, false, false], wrapped.Select(bytes => FileKind.Of(bytes).IsBase64));

        Assert.Equal("a CMS SignedData", FileKind.Of(cms).Name);
        Assert.Equal("a CMS SignedData, and more bytes follow", FileKind.Of((byte[])[.. cms, 0]).Name);
        Assert.Equal("damaged or incomplete ASN.1", FileKind.Of(cms.AsMemory(0, 100)).Name);
        Assert.Equal("a revocation list", FileKind.Of(SignatureVectors.Read("full.crl")).Name);
        Assert.StartsWith("a certificate", FileKind.Of(SignatureVectors.Read("signer.cer")).Name, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The published bundle of the ЦЗО is read whole, as it is and as openssl prints it")]
    public void Official()
    {
        var bundle = TrustFile.Read(OfficialData.Read("more/CACertificates.p7b"));

        Assert.Equal((440, 440), (bundle.Count, bundle.Certificates.Count));
        var printed = string.Concat(bundle.Certificates.Select(it => $"subject=CN = {it.Subject.Label}\n\n{Block("CERTIFICATE", it.Encoded.Span)}\n"));
        Assert.Equal(440, TrustFile.Read(Encoding.UTF8.GetBytes(printed)).Certificates.Count);
    }

    internal static byte[] Bundle(byte[][] certificates, byte[][] lists)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        Asn1Tag Tag(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.7.2");
            using (writer.PushSequence(Tag(0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf())
                {
                    // There are no digests.
                }
                using (writer.PushSequence())
                    writer.WriteObjectIdentifier("1.2.840.113549.1.7.1");
                foreach (var (number, values) in new[] { (0, certificates), (1, lists) })
                {
                    using (writer.PushSequence(Tag(number)))
                    {
                        foreach (var value in values)
                            writer.WriteEncodedValue(value);
                    }
                }
                using (writer.PushSetOf())
                {
                    // There are no signers.
                }
            }
        }
        return writer.Encode();
    }

    internal static string Block(string label, ReadOnlySpan<byte> content) => PemEncoding.WriteString(label, content);
}
