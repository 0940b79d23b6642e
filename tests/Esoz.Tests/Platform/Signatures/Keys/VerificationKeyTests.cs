using System.Formats.Asn1;
using System.Numerics;
using Esoz.Platform.Signatures.Dstu;
using Esoz.Platform.Signatures.Keys;
using Esoz.Sandbox.Signatures;
using Esoz.Tests.Platform.Signatures.Dstu;

namespace Esoz.Tests.Platform.Signatures.Keys;

/// <summary>Malicious keys are refused before any calculation with them.</summary>
public sealed class VerificationKeyTests
{
    /// <summary>A key of the test authority, with a named curve.</summary>
    private static AsnTree Named()
    {
        using var key = SigningKey.Create(LabAlgorithm.Dstu);
        return AsnTree.Parse(key.SubjectPublicKeyInfo);
    }

    /// <summary>A root's key with explicit curve parameters: m = 431, a pentanomial.</summary>
    private static AsnTree Spelled() => AsnTree.Parse(SignatureVectors.Read("root-m431.cer"))[0, 6];

    [Fact(DisplayName = "A known curve is accepted by name and as explicit parameters")]
    public void Known()
    {
        Assert.Equal("DSTU 4145, m = 257", VerificationKey.Read(Named().Encode()).Name);
        Assert.Equal("DSTU 4145, m = 431", VerificationKey.Read(Spelled().Encode()).Name);
    }

    public static TheoryData<string> Crafted => [.. Bent.Keys];

    [Theory(DisplayName = "A key with an unknown curve, point or substitution table is refused")]
    [MemberData(nameof(Crafted))]
    public void Refused(string what)
    {
        var key = Bent[what]().Encode();
        var valid = Spelled().Encode();
        var usual = ThreadTime.Of(() => VerificationKey.Read(valid));

        ThreadTime.Within(
            50 * usual, () => Assert.Throws<AsnContentException>(() => VerificationKey.Read(key)), () => what);
    }

    private static readonly Dictionary<string, Func<AsnTree>> Bent = new()
    {
        ["another named curve"] = () => With(Named(), key => key[0, 1].Children[0] = AsnTree.Oid("1.2.804.2.1.1.1.1.3.1.1.2.10")),
        ["a field of a million bits"] = () => With(Spelled(), key => key[0, 1, 0, 0, 0].Content = [0x0F, 0x42, 0x41]),
        ["a field of a huge number of bits"] = () =>
            With(Spelled(), key => key[0, 1, 0, 0, 0].Content = [.. Enumerable.Repeat((byte)0x7F, 20)]),
        ["another modulus"] = () => With(Spelled(), key => key[0, 1, 0, 0, 1, 0].Content = [2]),
        ["a trinomial instead"] = () => With(Spelled(), key => key[0, 1, 0, 0].Children[1] = AsnTree.Primitive(2, 3)),
        ["another a"] = () => With(Spelled(), key => key[0, 1, 0, 1].Content = [0]),
        ["another b"] = () => With(Spelled(), key => key[0, 1, 0, 2].Content[0] ^= 1),
        ["b = 0"] = () => With(Spelled(), key => key[0, 1, 0, 2].Content = [0]),
        ["a long b"] = () =>
            With(Spelled(), key => key[0, 1, 0, 2].Content = [.. key[0, 1, 0, 2].Content, .. Enumerable.Repeat((byte)1, 50_000)]),
        ["another order"] = () => With(Spelled(), key => key[0, 1, 0, 3].Content[^1] ^= 2),
        ["the order 1"] = () => With(Spelled(), key => key[0, 1, 0, 3].Content = [1]),
        ["another base point"] = () => With(Spelled(), key => key[0, 1, 0, 4].Content[5] ^= 1),
        ["the base point 0"] = () => With(Spelled(), key => key[0, 1, 0, 4].Content = new byte[54]),
        ["no parameters"] = () => With(Named(), key => key[0].Children.RemoveAt(1)),
        ["a substitution of zeros"] = () => With(Named(), key => key[0, 1, 1].Content = new byte[64]),
        ["a short substitution"] = () => With(Named(), key => key[0, 1, 1].Content = key[0, 1, 1].Content[1..]),
        ["something after the substitution"] = () => With(Named(), key => key[0, 1].Children.Add(AsnTree.Primitive(5))),
        ["the point 0"] = () => Point(BigInteger.Zero),
        ["the point of order two, compressed"] = () => Point(BigInteger.One),
        ["a point not on the curve"] = () => Point(NotOnCurve()),
        ["an abscissa beyond the field"] = () => Point(BigInteger.One << 257),
        ["a short point"] = () => With(Named(), key => key[1].Content = [0, 4, 1, 5]),
        ["a point in bits"] = () => With(Named(), key => key[1].Content[0] = 3),
        ["another kind of key"] = () => With(Named(), key => key[0].Children[0] = AsnTree.Oid("1.2.643.2.2.19")),
        ["an ECDSA key with a curve spelled out"] = () =>
            With(Named(), key => (key[0].Children[0], key[0].Children[1]) = (AsnTree.Oid(EcdsaVerificationKey.Oid),
                AsnTree.Parse(new byte[] { 0x30, 0 }))),
        ["an ECDSA key whose point is none"] = () =>
            With(Named(), key => (key[0].Children[0], key[0].Children[1]) = (AsnTree.Oid(EcdsaVerificationKey.Oid),
                AsnTree.Oid("1.2.840.10045.3.1.7"))),
        ["an RSA key that is none"] = () => With(Named(), key => key[0].Children[0] = AsnTree.Oid(RsaVerificationKey.Oid)),
    };

    [Fact(DisplayName = "A point of the curve whose order is not n is refused, though it is compressed like any other")]
    public void OtherOrder()
    {
        // With m = 257 the group has 4n elements, and a compressed point may lie outside the subgroup.
        var curve = StandardCurve.All[6];
        var refused = 0;
        for (var x = 2; x < 16; x++)
        {
            if (curve.Decompress(x) is { } point && !curve.HasOrder(point))
            {
                refused++;
                Assert.Throws<AsnContentException>(() => VerificationKey.Read(Point(x).Encode()));
            }
        }
        Assert.NotEqual(0, refused);
    }

    [Fact(DisplayName = "In a container the signature value is raw, in a certificate wrapped, and neither form is accepted for the other")]
    public void Forms()
    {
        using var key = SigningKey.Create(LabAlgorithm.Dstu);
        var verifying = VerificationKey.Read(key.SubjectPublicKeyInfo);
        byte[] data = [1, 2, 3];

        foreach (var form in new[] { SignatureForm.Bare, SignatureForm.Wrapped })
        {
            var other = form == SignatureForm.Bare ? SignatureForm.Wrapped : SignatureForm.Bare;
            Assert.True(verifying.Verifies(key.Algorithm, null, data, key.Sign(data, form), form));
            Assert.False(verifying.Verifies(key.Algorithm, null, data, key.Sign(data, form), other));
        }
    }

    [Theory(DisplayName = "DSTU 4145 goes with DSTU 7564, too")]
    [InlineData("1.2.804.2.1.1.1.1.3.6.1.1")]
    [InlineData("1.2.804.2.1.1.1.1.3.6.2.1")]
    [InlineData("1.2.804.2.1.1.1.1.3.6.3.1")]
    public void Kupyna(string oid)
    {
        using var key = new DstuSigningKey(
            DstuAlgorithm.ByOid(oid)!, new(DstuCurve.Usual, SubstitutionBox.First), DstuSecret.Random(DstuCurve.Usual));
        byte[] data = [1, 2, 3];
        var signature = key.Sign(data, SignatureForm.Bare);
        var verifying = VerificationKey.Read(key.SubjectPublicKeyInfo);

        Assert.True(verifying.Verifies(key.Algorithm, null, data, signature, SignatureForm.Bare));
        Assert.False(verifying.Verifies(new(DstuAlgorithm.LittleEndian.Oid, default), null, data, signature, SignatureForm.Bare));
    }

    private static AsnTree With(AsnTree key, Action<AsnTree> bend)
    {
        bend(key);
        return key;
    }

    private static AsnTree Point(BigInteger compressed) => With(Named(), key =>
    {
        var point = new byte[33];
        compressed.ToByteArray(isUnsigned: true).CopyTo(point, 0);
        key[1].Content = [0, 4, 33, .. point];
    });

    private static BigInteger NotOnCurve()
    {
        BigInteger x = 2;
        while (StandardCurve.All[6].Decompress(x) is not null)
            x++;
        return x;
    }
}
