using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace Esoz.Platform.Signatures.Dstu;

/// <summary>A public key of DSTU 4145: a point that has been verified to have order n.</summary>
public sealed class DstuPoint(ECPublicKeyParameters key)
{
    public ECPublicKeyParameters Key => key;

    /// <param name="hash">Hash of the signed data, little-endian; its lowest m bits are used.</param>
    /// <param name="r">Little-endian, like <paramref name="s"/>; each must be from 1 to n − 1.</param>
    public bool Verifies(byte[] hash, ReadOnlySpan<byte> r, ReadOnlySpan<byte> s)
    {
        var signer = new Dstu4145Signer();
        signer.Init(forSigning: false, key);
        return signer.VerifySignature(hash, new BigInteger(1, r, bigEndian: false), new BigInteger(1, s, bigEndian: false));
    }
}
