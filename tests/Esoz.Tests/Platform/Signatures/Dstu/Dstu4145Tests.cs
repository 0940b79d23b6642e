using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using Esoz.Platform.Signatures.Dstu;

namespace Esoz.Tests.Platform.Signatures.Dstu;

public sealed class Dstu4145Tests
{
    private static readonly byte[] Hash = Convert.FromHexString("09C9C44277910C9AAEE486883A2EB95B7180166DDF73532EEB76EDAEF52247FF");

    [Fact(DisplayName = "The example of the standard (DSTU 4145-2002, appendix Б): key, point and signature on the curve with m = 163")]
    public void Standard()
    {
        var curve = new BinaryCurve("", new BinaryField(163, 3, 6, 7), 1, "5FF6108462A2DC8210AB403925E638A19C1455D21",
            "400000000000000000002BEC12BE2262D39BCF14D", CompressedBase);
        var key = Dstu4145.PublicKey(curve, FieldElement.FromHex("183F60FDF7951FF47D67193F8D073790C1C9B5A3E"));

        Assert.Equal(FieldElement.FromHex("57DE7FDE023FF929CB6AC785CE4B79CF64ABDC2DA"), key.X);
        Assert.Equal(FieldElement.FromHex("3E85444324BCF06AD85ABF6AD7B5F34770532B9AA"), key.Y);
        var (r, s) = (FieldElement.FromHex("274EA2C0CAA014A0D80A424F59ADE7A93068D08A7"), FieldElement.FromHex("2100D86957331832B8E8C230F5BD6A332B3615ACA"));
        Assert.True(Dstu4145.Verify(curve, key, [.. Hash.Reverse()], r, s));
    }

    [Theory(DisplayName = "What a key of any of the ten curves signs is its signature; another hash, number, key or curve is none")]
    [MemberData(nameof(BinaryCurveTests.Numbers), MemberType = typeof(BinaryCurveTests))]
    public void RoundTrip(int number)
    {
        var curve = KnownCurves.All[number];
        var secret = Dstu4145.RandomScalar(curve);
        var key = Dstu4145.PublicKey(curve, secret);
        Assert.True(curve.HasOrder(key));

        var (r, s) = Dstu4145.Sign(curve, secret, Hash);

        Assert.True(Dstu4145.Verify(curve, key, Hash, r, s));
        Assert.False(Dstu4145.Verify(curve, key, [(byte)(Hash[0] ^ 1), .. Hash[1..]], r, s));
        Assert.False(Dstu4145.Verify(curve, key, Hash, r ^ FieldElement.One, s));
        Assert.False(Dstu4145.Verify(curve, key, Hash, r, s ^ FieldElement.One));
        Assert.False(Dstu4145.Verify(curve, key.Negated(), Hash, r, s));
        Assert.False(Dstu4145.Verify(curve, Dstu4145.PublicKey(curve, Dstu4145.RandomScalar(curve)), Hash, r, s));
        Assert.NotEqual(r, Dstu4145.Sign(curve, secret, Hash).R);
    }

    [Fact(DisplayName = "r and s are from 1 to n − 1: s + n, which would fit the equation as well, is refused")]
    public void Range()
    {
        var curve = KnownCurves.Usual;
        var secret = Dstu4145.RandomScalar(curve);
        var key = Dstu4145.PublicKey(curve, secret);
        var (r, s) = Dstu4145.Sign(curve, secret, Hash);

        Assert.False(Dstu4145.Verify(curve, key, Hash, r, FieldElement.FromNumber(s.ToNumber() + curve.Order.ToNumber())));
        Assert.False(Dstu4145.Verify(curve, key, Hash, default, s));
        Assert.False(Dstu4145.Verify(curve, key, Hash, r, default));
        Assert.False(Dstu4145.Verify(curve, key, Hash, curve.Order, s));
    }

    [Fact(DisplayName = "A hash of nothing but zeros counts as one")]
    public void ZeroHash()
    {
        var curve = KnownCurves.Usual;
        var secret = Dstu4145.RandomScalar(curve);
        var (r, s) = Dstu4145.Sign(curve, secret, new byte[32]);

        Assert.True(Dstu4145.Verify(curve, Dstu4145.PublicKey(curve, secret), [1, .. new byte[31]], r, s));
    }

    [Fact(DisplayName = "More than 600 signatures with m = 257 are checked per second and core")]
    public void Speed()
    {
        Assert.SkipUnless(Pclmulqdq.IsSupported || System.Runtime.Intrinsics.Arm.Aes.IsSupported, "needs a processor with carry-less multiplication");
        var curve = KnownCurves.Usual;
        var secret = Dstu4145.RandomScalar(curve);
        var key = Dstu4145.PublicKey(curve, secret);
        var (r, s) = Dstu4145.Sign(curve, secret, Hash);
        // The fastest of several runs is what the core can do when nothing else wants it.
        var fastest = Enumerable.Range(0, 20).Min(_ =>
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < 50; i++)
                Assert.True(Dstu4145.Verify(curve, key, Hash, r, s));
            return Stopwatch.GetElapsedTime(started).TotalSeconds / 50;
        });

        Assert.InRange(1 / fastest, 600, double.PositiveInfinity);
    }

    private static string CompressedBase { get; } = Convert.ToHexString(
        [.. Compressed("72D867F93A93AC27DF9FF01AFFE74885C8C540420", "0224A9C3947852B97C5599D5F4AB81122ADC3FD9B").Reverse()]);

    /// <summary>The example's own base point, which is not the recommended one.</summary>
    private static byte[] Compressed(string x, string y)
    {
        var curve = KnownCurves.All[0];
        return curve.Compress(new CurvePoint(FieldElement.FromHex(x), FieldElement.FromHex(y))).ToLittleEndian(curve.Field.ByteLength);
    }
}
