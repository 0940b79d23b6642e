using System.Formats.Asn1;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Platform.Signatures.Cms;

/// <summary>A time-stamp token (RFC 3161): a CMS in which a time-stamping authority states when it received a hash.</summary>
public sealed class TimestampToken
{
    public const string ContentType = "1.2.840.113549.1.9.16.1.4";

    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly SignedData _container;
    private readonly AlgorithmIdentifier _imprintAlgorithm;
    private readonly byte[] _imprint;

    private TimestampToken(SignedData container)
    {
        _container = container;
        if (container.ContentType != ContentType)
            throw new AsnContentException("the token holds no time");
        var info = AsnReading.ReadWholeSequence(container.Content);
        info.ReadSmallNumber();
        info.ReadOid();
        var imprint = info.ReadSequence();
        _imprintAlgorithm = AlgorithmIdentifier.Read(imprint);
        _imprint = imprint.ReadOctetString();
        imprint.ThrowIfNotEmpty();
        info.ReadIntegerBytes();
        Time = info.ReadGeneralizedTime();
    }

    /// <summary>The authority that stamped; null when its certificate is unknown.</summary>
    public Certificate? Authority { get; private set; }

    /// <summary>The stated time.</summary>
    public DateTimeOffset Time { get; }

    /// <exception cref="AsnContentException">It is not a time-stamp token.</exception>
    public static TimestampToken Read(ReadOnlyMemory<byte> encoded) => new(SignedData.Read(encoded));

    /// <summary>The reason why the token does not prove that <paramref name="stamped"/> existed at its time; null when it does.</summary>
    /// <param name="stamped">The signature value of the signer, or the content.</param>
    /// <param name="offered">Certificates of the enclosing container, because authorities may omit their own from the token.</param>
    public string? Fault(
        ReadOnlySpan<byte> stamped, IReadOnlyList<Certificate> offered, TrustStore trust, RevocationMode revocation, DeltaMode delta,
        DateTimeOffset now)
    {
        if (DigestAlgorithm.ByOid(_imprintAlgorithm.Oid) is not { } digest)
            return $"the digest {_imprintAlgorithm.Oid} is not accepted";
        if (!IsImprint(digest.Hash(stamped), digest))
            return "it is a stamp of other data";
        if (Time > now + ClockTolerance)
            return FormattableString.Invariant($"it is in the future: {Time:u}");
        if (_container.Signers.Count != 1)
            return "it must have one signer";
        var signer = new SignerInfo(_container.Signers[0]);
        IReadOnlyList<Certificate> certificates = [.. _container.Certificates, .. signer.CertificateValues, .. offered];
        Authority = certificates.Concat(trust.All).FirstOrDefault(signer.Names);
        if (Authority is null)
            return "the certificate of the time-stamp authority is unknown";
        if (!Authority.IsForTimestamps)
            return $"certificate {Authority.Label} must not be used for time stamps";
        return signer.Fault(ContentType, _container.Content, Authority)
            ?? new CertificatePath(trust, certificates, revocation, Time, delta).Fault(Authority);
    }

    /// <summary>Some programs write the digest of GOST 34.311 with the last byte first.</summary>
    private bool IsImprint(byte[] hash, DigestAlgorithm digest)
    {
        if (hash.AsSpan().SequenceEqual(_imprint))
            return true;
        Array.Reverse(hash);
        return digest == DigestAlgorithm.Gost34311 && hash.AsSpan().SequenceEqual(_imprint);
    }
}
