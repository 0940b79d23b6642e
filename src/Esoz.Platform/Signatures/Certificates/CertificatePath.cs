using System.Formats.Asn1;

namespace Esoz.Platform.Signatures.Certificates;

/// <summary>How revocation is checked.</summary>
public enum RevocationMode
{
    /// <summary>With revocation lists on disk: a certificate whose issuer has no current list is refused.</summary>
    Crl,
    /// <summary>Revocation is not checked.</summary>
    None,
}

/// <summary>What a missing or expired delta list means that the complete list or the certificate names.</summary>
public enum DeltaMode
{
    /// <summary>The check goes on with the complete list alone and says so.</summary>
    Warn,
    /// <summary>The certificate is refused, as without a complete list.</summary>
    Require,
}

/// <summary>
/// Builds and validates the path from a certificate to a trust anchor (RFC 5280 §6, without policies and name constraints: certificates
/// with critical ones are refused). Only a few signatures are verified, regardless of the number of certificates in a container.
/// </summary>
/// <param name="offered">Certificates of the container; used only as intermediates, never as anchors.</param>
/// <param name="at">The time at which everything must be valid and not revoked.</param>
public sealed class CertificatePath(
    TrustStore trust, IReadOnlyList<Certificate> offered, RevocationMode revocation, DateTimeOffset at, DeltaMode delta = DeltaMode.Warn)
{
    private const int MaxPathLength = 5;
    private const int MaxSignatures = 8;

    private readonly List<Certificate> _chain = [];
    private readonly List<string> _warnings = [];
    private int _signatures;
    private string? _fault;

    /// <summary>The authorities of the chain that was found, from the issuer to the anchor.</summary>
    public IReadOnlyList<Certificate> Chain => _chain;

    /// <summary>What the result does not take into account, one sentence each.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The reason why the certificate is not trusted; null when it is.</summary>
    public string? Fault(Certificate certificate)
    {
        try
        {
            return Unusable(certificate) ?? (IsChain(certificate, 0) ? null : _fault);
        }
        catch (AsnContentException malformed)
        {
            return malformed.Message;
        }
    }

    /// <summary>The reason why no certificate issued by this authority is trusted; null when the authority does not prevent it.</summary>
    public string? FaultOfIssuer(Certificate authority)
    {
        try
        {
            _ = authority.Key;
            return MayIssue(authority, 0) && IsChain(authority, 1)
                && (revocation == RevocationMode.None || CurrentLists(authority, namesDelta: false).Count > 0)
                ? null : _fault;
        }
        catch (AsnContentException malformed)
        {
            return malformed.Message;
        }
    }

    private string? Unusable(Certificate certificate) =>
        !certificate.IsValidAt(at)
            ? FormattableString.Invariant(
                $"certificate {certificate.Label} is valid from {certificate.NotBefore:u} to {certificate.NotAfter:u}, not at {at:u}")
        : certificate.UnknownCritical is { } unknown
        ? $"certificate {certificate.Label} has the critical extension {unknown}, which is not supported"
        : null;

    /// <param name="authorities">Number of authorities between this certificate and the first.</param>
    private bool IsChain(Certificate certificate, int authorities)
    {
        if (trust.IsAnchor(certificate))
            return true;
        if (authorities == MaxPathLength - 1)
            return Refuse($"the chain is longer than {MaxPathLength} certificates");
        var isOrphan = true;
        foreach (var issuer in trust.WithSubject(certificate.Issuer).Concat(offered.Where(it => it.Subject.Equals(certificate.Issuer))))
        {
            if (issuer.IsSameAs(certificate)
                || (certificate.AuthorityKey is { } wanted && issuer.SubjectKey is { } key && !wanted.AsSpan().SequenceEqual(key)))
                continue;
            isOrphan = false;
            if (MayIssue(issuer, authorities) && Signed(certificate, issuer) && IsChain(issuer, authorities + 1)
                && !IsRevoked(certificate, issuer))
            {
                _chain.Insert(0, issuer);
                return true;
            }
        }
        return isOrphan ? Refuse($"the issuer of certificate {certificate.Label} is unknown: no chain to a trust anchor") : false;
    }

    private bool MayIssue(Certificate issuer, int authorities) =>
        Unusable(issuer) is { } fault ? Refuse(fault)
        : issuer.IsAuthority && MayUse(issuer, KeyUsages.CertificateSigning) && !(issuer.PathLength < authorities)
            || Refuse($"certificate {issuer.Label} must not issue such certificates");

    /// <summary>
    /// Whether an authority's key may be used for this. For an anchor, the operator decides (RFC 5280 §6.1.1 uses only its name and key).
    /// </summary>
    private bool MayUse(Certificate issuer, KeyUsages usage) => (issuer.Usage?.HasFlag(usage) ?? true) || trust.IsAnchor(issuer);

    private bool Signed(Certificate certificate, Certificate issuer) =>
        ++_signatures > MaxSignatures ? Refuse("too many candidate issuer certificates")
        : certificate.IsSignedBy(issuer) || Refuse($"certificate {certificate.Label} is not signed by {issuer.Label}");

    private bool IsRevoked(Certificate certificate, Certificate issuer)
    {
        if (revocation == RevocationMode.None)
            return false;
        var lists = CurrentLists(issuer, certificate.NamesDelta);
        if (lists.Count == 0)
            return true;
        Revocation? found = null;
        foreach (var list in lists)
            found = list.Find(certificate) ?? found;
        return found is { IsLifted: false } && found.At <= at && !Refuse($"certificate {certificate.Label} was revoked on {found.At:u}");
    }

    /// <summary>
    /// The issuer's complete list and its delta lists; empty, with a fault, when there is no current complete list, or no current delta
    /// list although one is named and required.
    /// </summary>
    private List<RevocationList> CurrentLists(Certificate issuer, bool namesDelta)
    {
        var lists = trust.ListsOf(issuer.Subject)
            .Where(list => MayUse(issuer, KeyUsages.RevocationListSigning) && list.IsSignedBy(issuer))
            .OrderBy(list => list.ThisUpdate).ToList();
        var complete = lists.LastOrDefault(list => !list.IsDelta);
        if (complete is null || complete.NextUpdate < at)
        {
            Refuse($"no revocation list of {issuer.Label} is current at {at:u}");
            return [];
        }
        if ((namesDelta || complete.NamesDelta) && !lists.Exists(list => list.Completes(complete, at)))
        {
            var missing = $"no delta list of {issuer.Label} is current at {at:u}, although one is named";
            if (delta == DeltaMode.Require)
            {
                Refuse(missing);
                return [];
            }
            _warnings.Add(missing);
        }
        return [complete, .. lists.Where(list => list.IsDelta && list.ThisUpdate >= complete.ThisUpdate)];
    }

    private bool Refuse(string fault)
    {
        _fault ??= fault;
        return false;
    }
}
