using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace Esoz.Platform.Signatures.Dstu;

/// <summary>A public key of DSTU 4145: a point that is known to have the order n.</summary>
public sealed class DstuPoint(ECPublicKeyParameters key)
{
    public ECPublicKeyParameters Key => key;

    /// <param name="hash">Of what was signed; its lowest m bits are used, the lowest byte first.</param>
    /// <param name="r">The lowest byte first, like <paramref name="s"/>; each must be from 1 to n − 1.</param>
    public bool Verifies(byte[] hash, ReadOnlySpan<byte> r, ReadOnlySpan<byte> s)
    {
        var signer = new Dstu4145Signer();
        signer.Init(forSigning: false, key);
        return signer.VerifySignature(hash, new BigInteger(1, r, bigEndian: false), new BigInteger(1, s, bigEndian: false));
    }
}
