using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Numerics;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Platform.Signatures.Certificates;

/// <summary>
/// A complete or delta certificate revocation list. Lists that apply to another issuer or only to some certificates have a critical
/// extension that is not understood, and are refused.
/// </summary>
public sealed class RevocationList
{
    private const string Number = "2.5.29.20";
    private const string DeltaIndicator = "2.5.29.27";
    private const string FreshestList = "2.5.29.46";
    private const string Reason = "2.5.29.21";
    private const int RemoveFromList = 8;

    private readonly ReadOnlyMemory<byte> _signed;
    private readonly AlgorithmIdentifier _algorithm;
    private readonly byte[] _signature;
    private readonly Dictionary<string, Revocation> _revoked = [];
    private readonly ConcurrentDictionary<string, bool> _issuers = [];

    private RevocationList(ReadOnlyMemory<byte> encoded)
    {
        Encoded = encoded;
        var list = AsnReading.ReadWholeSequence(encoded);
        _signed = list.PeekEncodedValue();
        var body = list.ReadSequence();
        _algorithm = AlgorithmIdentifier.Read(list);
        _signature = list.ReadWholeBytes();
        list.ThrowIfNotEmpty();

        if (body.NextIs(Asn1Tag.Integer))
            body.ReadSmallNumber();
        if (AlgorithmIdentifier.Read(body).Oid != _algorithm.Oid)
            throw new AsnContentException("the list has two different signature algorithms");
        Issuer = new(body.ReadEncodedValue());
        Label = $"'{Issuer.Label}'";
        ThisUpdate = body.ReadTime();
        NextUpdate = body.NextIs(Asn1Tag.UtcTime) || body.NextIs(Asn1Tag.GeneralizedTime) ? body.ReadTime() : DateTimeOffset.MinValue;
        if (body.NextIs(Asn1Tag.Sequence))
            ReadRevoked(body.ReadSequence());
        var extensions = body.HasData ? ExtensionSet.Read(body.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) : ExtensionSet.Empty;
        if (extensions.CriticalBeyond([Number, DeltaIndicator]) is { } unknown)
            throw new AsnContentException($"the list of {Label} has the critical extension {unknown}, which is not supported");
        SequenceNumber = extensions.Find(Number)?.ReadInteger();
        BaseNumber = extensions.Find(DeltaIndicator)?.ReadInteger();
        NamesDelta = extensions.Has(FreshestList);
    }

    public ReadOnlyMemory<byte> Encoded { get; }

    public DistinguishedName Issuer { get; }

    public DateTimeOffset ThisUpdate { get; }

    /// <summary>Time until which the list is valid; in the distant past when it is not specified.</summary>
    public DateTimeOffset NextUpdate { get; }

    /// <summary>The issuer, for people.</summary>
    public string Label { get; }

    /// <summary>Number of the list; null when it has none.</summary>
    public BigInteger? SequenceNumber { get; }

    /// <summary>Number of the complete list since which a delta list contains the changes; null for a complete list.</summary>
    public BigInteger? BaseNumber { get; }

    /// <summary>The list contains only changes since a complete list.</summary>
    public bool IsDelta => BaseNumber is not null;

    /// <summary>The list says where the delta lists are (RFC 5280 §5.2.6): without one of them it is not the whole truth.</summary>
    public bool NamesDelta { get; }

    /// <summary>Entries of the list by hexadecimal serial number.</summary>
    public IReadOnlyDictionary<string, Revocation> Revoked => _revoked;

    /// <exception cref="AsnContentException">It is not a revocation list, or is of an unsupported kind.</exception>
    public static RevocationList Read(ReadOnlyMemory<byte> encoded) => new(encoded);

    /// <summary>
    /// Whether the issuer signed this list. Lists are long, so the result is cached per key, and the issuer must already be trusted:
    /// otherwise an attacker could fill the cache with keys.
    /// </summary>
    public bool IsSignedBy(Certificate issuer) =>
        _issuers.GetOrAdd(
            issuer.KeyFingerprint, _ => issuer.Key.Verifies(_algorithm, null, _signed.Span, _signature, SignatureForm.Wrapped));

    /// <summary>The entry for a certificate of the list's issuer; null when there is none.</summary>
    public Revocation? Find(Certificate certificate) => _revoked.TryGetValue(certificate.Number, out var revocation) ? revocation : null;

    /// <summary>Whether this delta list, with the complete one, is all that is revoked at that time.</summary>
    public bool Completes(RevocationList complete, DateTimeOffset at) =>
        IsDelta && NextUpdate >= at && !(BaseNumber > complete.SequenceNumber);

    private void ReadRevoked(AsnReader entries)
    {
        while (entries.HasData)
        {
            var entry = entries.ReadSequence();
            var serialNumber = entry.ReadIntegerBytes();
            var at = entry.ReadTime();
            var extensions = entry.HasData ? ExtensionSet.Read(entry) : ExtensionSet.Empty;
            if (extensions.CriticalBeyond([Reason]) is { } unknown)
                throw new AsnContentException($"an entry of the list of {Label} has the critical extension {unknown}, which is not supported");
            var reason = extensions.Find(Reason)?.ReadEnumeratedBytes().Span[0] ?? 0;
            _revoked[Convert.ToHexString(serialNumber.Span)] = new(at, IsLifted: reason == RemoveFromList);
        }
    }
}

/// <param name="At">Time from which the certificate is not trusted.</param>
/// <param name="IsLifted">The certificate was on hold and is valid again; only in delta lists.</param>
public sealed record Revocation(DateTimeOffset At, bool IsLifted);
