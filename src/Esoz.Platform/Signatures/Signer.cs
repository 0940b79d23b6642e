using Esoz.Platform.Signatures.Certificates;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Platform.Signatures;

/// <summary>Whether a signer is the expected person.</summary>
public enum SignerMatch
{
    Same,
    /// <summary>The certificate has no taxpayer number.</summary>
    Missing,
    Different,
}

/// <summary>Data about the owner of a certificate. Personal data: must not be logged.</summary>
/// <param name="Drfo">РНОКПП, or series and number of the passport of a person without one; as written in the certificate.</param>
/// <param name="Edrpou">Code of the organisation for which the owner signs.</param>
/// <param name="CertificateNumber">Serial number of the certificate, hexadecimal.</param>
public sealed record Signer(
    string? CommonName, string? Surname, string? GivenName, string? Organization, string? Title, string? Drfo, string? Edrpou,
    string CertificateNumber)
{
    public const string SubjectDirectoryAttributes = "2.5.29.9";
    public const string DrfoOid = "1.2.804.2.1.1.1.11.1.4.1.1";
    public const string EdrpouOid = "1.2.804.2.1.1.1.11.1.4.2.1";

    /// <summary>Prefix of a taxpayer number in the serial number of a name (ETSI EN 319 412-1).</summary>
    private const string TaxpayerPrefix = "TINUA-";

    /// <summary>Compares without spaces; equal as written or in Latin letters (compositions §14).</summary>
    public SignerMatch Compare(string taxId)
    {
        var drfo = Drfo?.Replace(" ", "", StringComparison.Ordinal) ?? "";
        return drfo.Length == 0 ? SignerMatch.Missing
            : drfo == taxId || LatinSeries.AreSame(drfo, taxId) ? SignerMatch.Same
            : SignerMatch.Different;
    }

    internal static Signer Of(Certificate certificate)
    {
        var name = certificate.Subject;
        var attributes = ReadAttributes(certificate);
        var number = name.Find(DistinguishedName.BySerialNumber) ?? "";
        return new Signer(
            name.Find(DistinguishedName.ByCommonName), name.Find(DistinguishedName.BySurname), name.Find(DistinguishedName.ByGivenName),
            name.Find(DistinguishedName.ByOrganization), name.Find(DistinguishedName.ByTitle),
            attributes.GetValueOrDefault(DrfoOid)
            ?? (number.StartsWith(TaxpayerPrefix, StringComparison.Ordinal) ? number[TaxpayerPrefix.Length..] : null),
            attributes.GetValueOrDefault(EdrpouOid), certificate.Number);
    }

    /// <summary>The first value of each directory attribute; null when it is not text.</summary>
    private static Dictionary<string, string?> ReadAttributes(Certificate certificate)
    {
        var found = new Dictionary<string, string?>();
        if (certificate.Extensions.Find(SubjectDirectoryAttributes)?.ReadSequence() is not { } attributes)
            return found;
        while (attributes.HasData)
        {
            var attribute = attributes.ReadSequence();
            var oid = attribute.ReadOid();
            var values = attribute.ReadSetOf(skipSortOrderValidation: true);
            found.TryAdd(oid, values.HasData ? values.ReadAnyText() : null);
        }
        return found;
    }
}
