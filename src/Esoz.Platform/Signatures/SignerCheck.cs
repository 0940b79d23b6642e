using System.Formats.Asn1;
using Esoz.Platform.Signatures.Certificates;
using Esoz.Platform.Signatures.Cms;

namespace Esoz.Platform.Signatures;

/// <summary>
/// The steps that concern one signer of a container: signature value, certificate, time stamps. Each returns its finding and leaves what
/// it learned.
/// </summary>
internal sealed class SignerCheck(
    SignatureOptions options, TrustStore store, DateTimeOffset now, SignedData container, ReadOnlyMemory<byte> encoded)
{
    /// <summary>Time stamps of one kind that a container may have: each costs several verifications.</summary>
    private const int MaxTimestamps = 4;

    private const string SignatureStamp = "signature time stamp";
    private const string ContentStamp = "content time stamp";

    private SignerInfo? _signer;
    private Certificate? _certificate;
    private IReadOnlyList<Certificate> _offered = [];
    private Stamp? _signatureStamp;
    private Stamp? _contentStamp;
    private bool _isStampRead;

    /// <summary>What the steps so far have learned.</summary>
    public SignerFacts Facts { get; private set; } = new();

    /// <summary>A missing certificate is reported by the next step.</summary>
    public Finding ProveSignature()
    {
        _signer = new SignerInfo(encoded);
        _offered = [.. container.Certificates, .. _signer.CertificateValues];
        _certificate = _offered.Concat(store.All).FirstOrDefault(_signer.Names);
        if (_certificate is null)
            return Finding.Good("not checked: there is no certificate");
        Facts = Facts with { Signer = Signer.Of(_certificate), ClaimedAt = _signer.SigningTime, Algorithm = _certificate.Key.Name };
        if (!container.HasContent)
            return Finding.Good("not checked: the content is missing");
        return Finding.Of(_signer.Fault(container.ContentType, container.Content, _certificate),
            $"good: {_certificate.Key.Name}, signed attributes");
    }

    /// <summary>
    /// Validity at the time of the signature's stamp. A stamp of the content proves only that the signature is not older, so that with it
    /// alone the certificate must be valid both at its time and now; without any stamp, now. Stamps are verified here and reported by the
    /// next step; the time of one that proves nothing is used, because that step refuses it.
    /// </summary>
    public Finding ProveCertificate()
    {
        if (_certificate is null || _signer is null)
            return Finding.Bad("the signer's certificate is neither in the container nor in the trust directory");
        if (_certificate.Usage is { } usage && (usage & (KeyUsages.DigitalSignature | KeyUsages.NonRepudiation)) == 0)
            return Finding.Bad($"certificate {_certificate.Number} must not be used for signing");
        Facts = Facts with { Qualification = _certificate.Qualified.ToString() };
        if (Unqualified(_certificate.Qualified) is { } lacking)
            return Finding.Bad($"certificate {_certificate.Number} is {lacking} (SIGNATURE_QUALIFIED)");
        ProveStamps(_signer);
        var warnings = new List<string>();
        var times = Times();
        foreach (var at in times)
        {
            var path = new CertificatePath(store, _offered, options.Revocation, at, options.Delta);
            if (path.Fault(_certificate) is { } fault)
                return Finding.Bad(fault);
            warnings.AddRange(path.Warnings.Except(warnings));
            Facts = Facts with { Chain = [.. path.Chain.Select(authority => authority.Subject.Label ?? authority.Number)] };
        }
        var valid = string.Join(" and ", times.Select(at => FormattableString.Invariant($"{at:u}")));
        var revoked = options.Revocation == RevocationMode.None ? "revocation not checked" : "not revoked";
        return Finding.Good(
            $"number {_certificate.Number}: chain to a trust anchor, valid at {valid}, {string.Join("; ", [revoked, .. warnings])}");
    }

    public Finding ProveTimestamp()
    {
        if (_signer is null)
            return Finding.Bad("not checked: the signer cannot be read");
        ProveStamps(_signer);
        Stamp[] stamps = [.. new[] { _signatureStamp, _contentStamp }.OfType<Stamp>()];
        if (stamps.Length == 0)
            return options.RequireTimestamp ? Finding.Bad("there is none") : Finding.Good("there is none, and none is required");
        return Array.Find(stamps, stamp => stamp.Fault is not null) is { } bad
            ? Finding.Bad($"{bad.Kind}: {bad.Fault}")
            : Finding.Good($"good: {string.Join(", ", stamps.Select(stamp => stamp.ToString()))}");
    }

    private string? Unqualified(QualifiedStatements statements) => options.Qualified switch
    {
        QualifiedMode.Any => null,
        _ when !statements.IsQualified || !statements.IsForPersons => statements.ToString(),
        QualifiedMode.Device when !statements.IsOnDevice => statements.ToString(),
        _ => null,
    };

    private DateTimeOffset[] Times() =>
        _signatureStamp?.Time is { } signed ? [signed]
        : _signatureStamp is null && _contentStamp?.Time is { } content ? [content, now]
        : [now];

    private void ProveStamps(SignerInfo signer)
    {
        if (_isStampRead)
            return;
        _isStampRead = true;
        _signatureStamp = Prove(SignatureStamp, signer.Unsigned, AttributeTable.SignatureTimestamp, signer.Signature);
        _contentStamp = Prove(ContentStamp, signer.Signed, AttributeTable.ContentTimestamp, container.Content);
        Facts = Facts with { StampedAt = GoodTime(_signatureStamp) ?? GoodTime(_contentStamp) };
    }

    private static DateTimeOffset? GoodTime(Stamp? stamp) => stamp is { Fault: null } ? stamp.Time : null;

    /// <summary>
    /// The stamps of one kind: the earliest one that proves something; the first fault when none does; null when there is none.
    /// </summary>
    private Stamp? Prove(string kind, AttributeTable? attributes, string oid, byte[] stamped)
    {
        var values = attributes?.All(oid) ?? [];
        if (values.Count == 0)
            return null;
        if (values.Count > MaxTimestamps)
            return new(kind, null, null, $"there are more than {MaxTimestamps}");
        var stamps = values.Select(value => Prove(kind, value, stamped)).OrderBy(stamp => stamp.Time).ToList();
        return stamps.Find(stamp => stamp.Fault is null) ?? stamps[0];
    }

    private Stamp Prove(string kind, ReadOnlyMemory<byte> value, byte[] stamped)
    {
        TimestampToken? token = null;
        try
        {
            token = TimestampToken.Read(value);
            var fault = token.Fault(stamped, _offered, store, options.Revocation, options.Delta, now);
            return new(kind, token.Time, token.Authority?.Subject.Label, fault);
        }
        catch (AsnContentException malformed)
        {
            return new(kind, token?.Time, null, malformed.Message);
        }
    }

    private sealed record Stamp(string Kind, DateTimeOffset? Time, string? Authority, string? Fault)
    {
        public override string ToString() => FormattableString.Invariant($"{Kind} of {Time:u} by '{Authority}'");
    }
}

/// <summary>What is known about a signer; only what belongs to steps that were passed may be trusted.</summary>
public sealed record SignerFacts
{
    /// <summary>Null when no certificate was found.</summary>
    public Signer? Signer { get; init; }

    /// <summary>Kind and size of the key.</summary>
    public string? Algorithm { get; init; }

    /// <summary>What the certificate states: qualified, for persons, key in a device.</summary>
    public string? Qualification { get; init; }

    /// <summary>Names of the authorities, from the issuer to the anchor.</summary>
    public IReadOnlyList<string> Chain { get; init; } = [];

    /// <summary>Signing time claimed by the signer; not verified.</summary>
    public DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>The time of the time stamp, of the signature rather than of the content; null when there is no valid one.</summary>
    public DateTimeOffset? StampedAt { get; init; }
}

/// <summary>Result of a step.</summary>
internal readonly record struct Finding(bool IsGood, string Explanation)
{
    public static Finding Good(string explanation) => new(true, explanation);

    public static Finding Bad(string explanation) => new(false, explanation);

    public static Finding Of(string? fault, string praise) => fault is null ? Good(praise) : Bad(fault);
}
