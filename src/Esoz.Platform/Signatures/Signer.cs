using Esoz.Platform.Signatures.Certificates;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Platform.Signatures;

/// <summary>Whether a signer is the person that is expected.</summary>
public enum SignerMatch
{
    Same,
    /// <summary>The certificate names no taxpayer.</summary>
    Missing,
    Different,
}

/// <summary>What a certificate says of its owner. Personal data: not for logs.</summary>
/// <param name="Drfo">РНОКПП, or series and number of a passport of those who have none; as written in the certificate.</param>
/// <param name="Edrpou">Code of the organisation that the owner signs for.</param>
/// <param name="CertificateNumber">Serial number of the certificate, hexadecimal.</param>
public sealed record Signer(
    string? CommonName, string? Surname, string? GivenName, string? Organization, string? Title, string? Drfo, string? Edrpou,
    string CertificateNumber)
{
    internal const string SubjectDirectoryAttributes = "2.5.29.9";
    internal const string DrfoOid = "1.2.804.2.1.1.1.11.1.4.1.1";
    internal const string EdrpouOid = "1.2.804.2.1.1.1.11.1.4.2.1";

    /// <summary>How ETSI EN 319 412-1 marks a taxpayer number in the serial number of a name.</summary>
    private const string TaxpayerPrefix = "TINUA-";

    /// <summary>Spaces removed, equal as written or as written in Latin letters (compositions §14).</summary>
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

    /// <summary>The first value of each attribute of the directory that is text.</summary>
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
