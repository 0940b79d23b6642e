using System.Numerics;
using Esoz.Platform.Signatures.Dstu;
using Esoz.Sandbox.Signatures;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC;
using CastleInteger = Org.BouncyCastle.Math.BigInteger;

namespace Esoz.Tests.Platform.Signatures.Dstu;

public sealed class DstuCurveTests
{
    private static readonly byte[] Hash = Convert.FromHexString("09C9C44277910C9AAEE486883A2EB95B7180166DDF73532EEB76EDAEF52247FF");

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, 10)];

    [Theory(DisplayName = "The ten curves have the parameters of the standard, and no other curve is accepted")]
    [MemberData(nameof(Numbers))]
    public void Standard(int number)
    {
        var standard = StandardCurve.All[number];
        var curve = DstuCurve.All[number];
        Assert.Equal(DstuCurve.ByOid($"1.2.804.2.1.1.1.1.3.1.1.2.{number}"), curve);
        Assert.True(Is(curve, standard));

        Assert.False(Is(curve, standard with { M = standard.M + 1 }));
        Assert.False(Is(curve, standard with { Powers = [.. standard.Powers[..^1], standard.Powers[^1] + 1] }));
        Assert.False(Is(curve, standard with { Powers = [.. standard.Powers, 63] }));
        Assert.False(Is(curve, standard with { A = 1 - standard.A }));
        Assert.False(Is(curve, standard with { B = standard.B ^ 1 }));
        Assert.False(Is(curve, standard with { Order = standard.Order + 2 }));
        Assert.False(Is(curve, standard with { BasePoint = standard.BasePoint ^ 1 }));
        Assert.Null(DstuCurve.ByOid("1.2.804.2.1.1.1.1.3.1.1.2.10"));
    }

    [Theory(DisplayName =
        "A compressed point equals that of textbook arithmetic; one not on the curve or of another order is refused")]
    [MemberData(nameof(Numbers))]
    public void Decompression(int number)
    {
        var standard = StandardCurve.All[number];
        var curve = DstuCurve.All[number];
        var secret = DstuSecret.Random(curve);
        var point = curve.Decompress(secret.PublicKey)!.Key.Q;
        var expected = standard.Decompress(new BigInteger(secret.PublicKey, isUnsigned: true))!.Value;
        Assert.Equal(expected, Coordinates(point));
        Assert.True(standard.HasOrder(expected));

        var (notOnCurve, otherOrder) = (0, 0);
        // If a is 0, both 0 and 1 encode the abscissa zero: the point of order two.
        for (var compressed = 0; compressed < 6 || (compressed < 20 && !HasBoth()); compressed++)
        {
            var plain = standard.Decompress(compressed);
            notOnCurve += plain is null ? 1 : 0;
            otherOrder += plain is { } found && !standard.HasOrder(found) ? 1 : 0;
            var keys = plain is { } good && standard.HasOrder(good) ? new[] { good } : [];
            Assert.Equal(keys, curve.Decompress(Bytes(curve, compressed)) is { } read ? [Coordinates(read.Key.Q)] : []);
        }
        Assert.NotEqual(0, notOnCurve);
        // With a = 1 the group has 2n elements, and what can be compressed has the order n; with a = 0 it has 4n.
        Assert.Equal(standard.A == 0, otherOrder > 0);
        Assert.Null(curve.Decompress(Bytes(curve, BigInteger.One << standard.M)));

        bool HasBoth() => notOnCurve > 0 && (standard.A != 0 || otherOrder > 0);
    }

    [Theory(DisplayName =
        "A signature by a key of any of the ten curves verifies, also by textbook arithmetic; another hash, number or key does not")]
    [MemberData(nameof(Numbers))]
    public void RoundTrip(int number)
    {
        var standard = StandardCurve.All[number];
        var curve = DstuCurve.All[number];
        var secret = DstuSecret.Random(curve);
        var key = curve.Decompress(secret.PublicKey)!;

        var (r, s) = Halves(secret.Sign(Hash));

        Assert.True(key.Verifies(Hash, r, s));
        Assert.True(standard.Verifies(Coordinates(key.Key.Q), Number(Hash), Number(r), Number(s)));
        Assert.False(key.Verifies([(byte)(Hash[0] ^ 1), .. Hash[1..]], r, s));
        Assert.False(key.Verifies(Hash, [(byte)(r[0] ^ 1), .. r[1..]], s));
        Assert.False(key.Verifies(Hash, r, [(byte)(s[0] ^ 1), .. s[1..]]));
        Assert.False(new DstuPoint(new ECPublicKeyParameters(key.Key.Q.Negate(), curve.Domain)).Verifies(Hash, r, s));
        Assert.False(curve.Decompress(DstuSecret.Random(curve).PublicKey)!.Verifies(Hash, r, s));
        Assert.NotEqual(r, Halves(secret.Sign(Hash)).R);
    }

    [Fact(DisplayName = "The example of the standard (DSTU 4145-2002, appendix Б): key, point and signature on the curve with m = 163")]
    public void Example()
    {
        var curve = DstuCurve.All[0];
        // The example's own base point, not the recommended one.
        var basePoint = curve.Domain.Curve.CreatePoint(
            Hex("72D867F93A93AC27DF9FF01AFFE74885C8C540420"), Hex("0224A9C3947852B97C5599D5F4AB81122ADC3FD9B"));
        var example = new DstuCurve("", new ECDomainParameters(curve.Domain.Curve, basePoint, curve.Domain.N, curve.Domain.H));
        var secret = DstuSecret.Read(example, Bytes(example, StandardCurve.Number("183F60FDF7951FF47D67193F8D073790C1C9B5A3E")));

        var key = example.Decompress(secret.PublicKey)!;

        Assert.Equal(StandardCurve.Number("57DE7FDE023FF929CB6AC785CE4B79CF64ABDC2DA"), Coordinates(key.Key.Q).X);
        Assert.Equal(StandardCurve.Number("3E85444324BCF06AD85ABF6AD7B5F34770532B9AA"), Coordinates(key.Key.Q).Y);
        Assert.True(key.Verifies(
            [.. Hash.Reverse()],
            Bytes(example, StandardCurve.Number("274EA2C0CAA014A0D80A424F59ADE7A93068D08A7")),
            Bytes(example, StandardCurve.Number("2100D86957331832B8E8C230F5BD6A332B3615ACA"))));
    }

    [Fact(DisplayName = "r and s are from 1 to n − 1: s + n, which would fit the equation as well, is refused")]
    public void Range()
    {
        var curve = DstuCurve.Usual;
        var order = StandardCurve.All[6].Order;
        var secret = DstuSecret.Random(curve);
        var key = curve.Decompress(secret.PublicKey)!;
        var (r, s) = Halves(secret.Sign(Hash));

        Assert.False(key.Verifies(Hash, r, Bytes(curve, Number(s) + order)));
        Assert.False(key.Verifies(Hash, new byte[32], s));
        Assert.False(key.Verifies(Hash, r, new byte[32]));
        Assert.False(key.Verifies(Hash, Bytes(curve, order), s));
    }

    [Fact(DisplayName = "A hash of nothing but zeros counts as one")]
    public void ZeroHash()
    {
        var secret = DstuSecret.Random(DstuCurve.Usual);
        var (r, s) = Halves(secret.Sign(new byte[32]));

        Assert.True(DstuCurve.Usual.Decompress(secret.PublicKey)!.Verifies([1, .. new byte[31]], r, s));
    }

    [Fact(DisplayName = "A private key is from 1 to n − 1")]
    public void Secret()
    {
        var curve = DstuCurve.Usual;
        var order = StandardCurve.All[6].Order;

        Assert.Throws<System.Formats.Asn1.AsnContentException>(() => DstuSecret.Read(curve, new byte[32]));
        Assert.Throws<System.Formats.Asn1.AsnContentException>(() => DstuSecret.Read(curve, Bytes(curve, order)));
        Assert.Equal(order - 1, Number(DstuSecret.Read(curve, Bytes(curve, order - 1)).Bytes));
    }

    private static bool Is(DstuCurve curve, StandardCurve numbers) => curve.Is(
        numbers.M, numbers.Powers, numbers.A, Bytes(curve, numbers.B), Bytes(curve, numbers.Order), Bytes(curve, numbers.BasePoint));

    private static (BigInteger X, BigInteger Y) Coordinates(ECPoint point)
    {
        var affine = point.Normalize();
        return (Plain(affine.AffineXCoord), Plain(affine.AffineYCoord));

        static BigInteger Plain(ECFieldElement element) => new(element.GetEncoded(), isUnsigned: true, isBigEndian: true);
    }

    private static (byte[] R, byte[] S) Halves(byte[] signature) =>
        (signature[..(signature.Length / 2)], signature[(signature.Length / 2)..]);

    private static BigInteger Number(byte[] littleEndian) => new(littleEndian, isUnsigned: true);

    private static CastleInteger Hex(string number) => new(number, 16);

    /// <summary>Little-endian, with the length of a coordinate.</summary>
    private static byte[] Bytes(DstuCurve curve, BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true);
        return [.. bytes, .. new byte[Math.Max(0, curve.ByteLength - bytes.Length)]];
    }
}
