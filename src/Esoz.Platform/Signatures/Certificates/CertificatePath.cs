using System.Formats.Asn1;

namespace Esoz.Platform.Signatures.Certificates;

/// <summary>How revocation is looked up.</summary>
public enum RevocationMode
{
    /// <summary>In revocation lists on disk: a certificate whose issuer has no current one is refused.</summary>
    Crl,
    /// <summary>Not at all.</summary>
    None,
}

/// <summary>
/// Leads a certificate back to a trust anchor (RFC 5280 §6, without policies and name constraints: certificates with critical ones are
/// refused). At most a handful of signatures is looked at, however many certificates a container offers.
/// </summary>
/// <param name="offered">Certificates of the container; used for links only, never as anchors.</param>
/// <param name="at">The time at which everything must be valid and not revoked.</param>
internal sealed class CertificatePath(TrustStore trust, IReadOnlyList<Certificate> offered, RevocationMode revocation, DateTimeOffset at)
{
    private const int LongestPath = 5;
    private const int MostSignatures = 8;

    private int _signatures;
    private string? _fault;

    /// <summary>Why the certificate is not believed; null when it is.</summary>
    public string? Fault(Certificate certificate)
    {
        try
        {
            return Unusable(certificate) ?? (IsLed(certificate, 0) ? null : _fault);
        }
        catch (AsnContentException malformed)
        {
            return malformed.Message;
        }
    }

    /// <summary>Why no certificate is believed that this authority has issued; null when that is not the authority's fault.</summary>
    public string? FaultOfIssuer(Certificate authority)
    {
        try
        {
            _ = authority.Key;
            return MayIssue(authority, 0) && IsLed(authority, 1) && (revocation == RevocationMode.None || CurrentLists(authority).Count > 0)
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
                $"certificate {certificate.Number} is valid from {certificate.NotBefore:u} to {certificate.NotAfter:u}, not at {at:u}")
        : certificate.UnknownCritical is { } unknown
        ? $"certificate {certificate.Number} has the critical extension {unknown}, which is not understood"
        : null;

    /// <param name="authorities">How many authorities stand between this certificate and the first.</param>
    private bool IsLed(Certificate certificate, int authorities)
    {
        if (trust.IsAnchor(certificate))
            return true;
        if (authorities == LongestPath - 1)
            return Refuse($"the chain is longer than {LongestPath} certificates");
        var isOrphan = true;
        foreach (var issuer in trust.WithSubject(certificate.Issuer).Concat(offered.Where(it => it.Subject.Equals(certificate.Issuer))))
        {
            if (issuer.IsSameAs(certificate)
                || (certificate.AuthorityKey is { } wanted && issuer.SubjectKey is { } key && !wanted.AsSpan().SequenceEqual(key)))
                continue;
            isOrphan = false;
            if (MayIssue(issuer, authorities) && Signed(certificate, issuer) && IsLed(issuer, authorities + 1)
                && !IsRevoked(certificate, issuer))
                return true;
        }
        return isOrphan ? Refuse($"the issuer of certificate {certificate.Number} is not known: no chain to a trust anchor") : false;
    }

    private bool MayIssue(Certificate issuer, int authorities) =>
        Unusable(issuer) is { } fault ? Refuse(fault)
        : issuer.IsAuthority && MayUse(issuer, KeyUsages.CertificateSigning) && !(issuer.PathLength < authorities)
            || Refuse($"certificate {issuer.Number} may not issue such certificates");

    /// <summary>
    /// Whether an authority's key is for this. Of an anchor it is the operator who says so (RFC 5280 §6.1.1 takes but name and key of it).
    /// </summary>
    private bool MayUse(Certificate issuer, KeyUsages usage) => (issuer.Usage?.HasFlag(usage) ?? true) || trust.IsAnchor(issuer);

    private bool Signed(Certificate certificate, Certificate issuer) =>
        ++_signatures > MostSignatures ? Refuse("too many certificates could be the issuer")
        : certificate.IsSignedBy(issuer) || Refuse($"certificate {certificate.Number} is not signed by {issuer.Number}");

    private bool IsRevoked(Certificate certificate, Certificate issuer)
    {
        if (revocation == RevocationMode.None)
            return false;
        var lists = CurrentLists(issuer);
        if (lists.Count == 0)
            return true;
        Revocation? found = null;
        foreach (var list in lists)
            found = list.Find(certificate) ?? found;
        return found is { IsLifted: false } && found.At <= at && !Refuse($"certificate {certificate.Number} was revoked on {found.At:u}");
    }

    /// <summary>
    /// The issuer's complete list and the differences to it; empty, and refused, when there is no complete one that is current.
    /// </summary>
    private List<RevocationList> CurrentLists(Certificate issuer)
    {
        var lists = trust.ListsOf(issuer.Subject)
            .Where(list => MayUse(issuer, KeyUsages.RevocationListSigning) && list.IsSignedBy(issuer))
            .OrderBy(list => list.ThisUpdate).ToList();
        var complete = lists.LastOrDefault(list => !list.IsDelta);
        if (complete is not null && complete.NextUpdate >= at)
            return [complete, .. lists.Where(list => list.IsDelta && list.ThisUpdate >= complete.ThisUpdate)];
        Refuse($"there is no revocation list of {issuer.Number} that is current at {at:u}");
        return [];
    }

    private bool Refuse(string fault)
    {
        _fault ??= fault;
        return false;
    }
}
