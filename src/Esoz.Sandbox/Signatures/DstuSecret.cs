using System.Formats.Asn1;
using Esoz.Platform.Signatures.Dstu;
using Org.BouncyCastle.Asn1.UA;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Utilities;

namespace Esoz.Sandbox.Signatures;

/// <summary>A private key d of DSTU 4145 on a known curve. Numbers are little-endian.</summary>
internal sealed class DstuSecret
{
    private readonly ECPrivateKeyParameters _key;

    private DstuSecret(DstuCurve curve, BigInteger d) => _key = new ECPrivateKeyParameters(d, curve.Domain);

    /// <summary>d itself.</summary>
    public byte[] Bytes => Write(_key.D);

    /// <summary>The point −d·P, compressed.</summary>
    public byte[] PublicKey => [.. Dstu4145PointEncoder.EncodePoint(_key.Parameters.G.Multiply(_key.D).Negate()).Reverse()];

    public static DstuSecret Random(DstuCurve curve) =>
        new(curve, BigIntegers.CreateRandomInRange(BigInteger.One, curve.Domain.N.Subtract(BigInteger.One), new SecureRandom()));

    /// <exception cref="AsnContentException">It is not a number from 1 to n − 1.</exception>
    public static DstuSecret Read(DstuCurve curve, ReadOnlySpan<byte> bytes)
    {
        var d = new BigInteger(1, bytes, bigEndian: false);
        return d.SignValue > 0 && d.CompareTo(curve.Domain.N) < 0
            ? new DstuSecret(curve, d)
            : throw new AsnContentException("the private key is out of range");
    }

    /// <returns>r and s, of the same length, concatenated.</returns>
    public byte[] Sign(byte[] hash)
    {
        var signer = new Dstu4145Signer();
        signer.Init(forSigning: true, _key);
        return [.. signer.GenerateSignature(hash).SelectMany(Write)];
    }

    private byte[] Write(BigInteger number) =>
        [.. BigIntegers.AsUnsignedByteArray(BigIntegers.GetUnsignedByteLength(_key.Parameters.N), number).Reverse()];
}
