using System.Formats.Asn1;
using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Certificates;

namespace Esoz.Sandbox.Signatures;

/// <summary>Purpose of a certificate of the test authority.</summary>
internal enum CertificateKind
{
    Authority,
    TimestampAuthority,
    Signer,
}

/// <summary>What a signer's certificate states about itself.</summary>
public enum LabQualification
{
    /// <summary>Qualified, the key in a qualified device: КЕП.</summary>
    Device,
    /// <summary>Qualified, the key elsewhere: УЕП with a qualified certificate.</summary>
    Certificate,
    /// <summary>Qualified for seals of organisations.</summary>
    Seal,
    /// <summary>Nothing: УЕП.</summary>
    None,
}

/// <summary>Contents of a certificate to issue.</summary>
internal sealed record CertificateRequest
{
    public required CertificateKind Kind { get; init; }
    public required string CommonName { get; init; }
    public required byte[] SubjectPublicKeyInfo { get; init; }
    public required DateTimeOffset NotBefore { get; init; }
    public required DateTimeOffset NotAfter { get; init; }
    public string? Organization { get; init; }
    public string? Drfo { get; init; }
    public string? Edrpou { get; init; }

    public LabQualification Qualification { get; init; } = LabQualification.None;

    public byte[] Subject
    {
        get
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                if (Organization is not null)
                    WriteName(writer, DistinguishedName.ByOrganization, Organization);
                WriteName(writer, DistinguishedName.ByCommonName, CommonName);
                // Names of persons are written as surname, given name, patronymic.
                if (Kind == CertificateKind.Signer
                    && CommonName.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries) is [var surname, var given])
                {
                    WriteName(writer, DistinguishedName.BySurname, surname);
                    WriteName(writer, DistinguishedName.ByGivenName, given);
                }
                WriteName(writer, DistinguishedName.ByCountry, "UA", UniversalTagNumber.PrintableString);
            }
            return writer.Encode();
        }
    }

    /// <summary>The SEQUENCE of all extensions.</summary>
    /// <param name="subjectKey">Identifier of the key.</param>
    /// <param name="authorityKey">Identifier of the issuer's key.</param>
    public void WriteExtensions(AsnWriter writer, byte[] subjectKey, byte[] authorityKey)
    {
        using (writer.PushSequence())
        {
            CertificateExtension.Write(writer, "2.5.29.14", false, value => value.WriteOctetString(subjectKey));
            CertificateExtension.Write(writer, "2.5.29.35", false, value =>
            {
                using (value.PushSequence())
                    value.WriteOctetString(authorityKey, new Asn1Tag(TagClass.ContextSpecific, 0));
            });
            var usage = Kind == CertificateKind.Authority
                ? KeyUsages.CertificateSigning | KeyUsages.RevocationListSigning
                : KeyUsages.DigitalSignature | KeyUsages.NonRepudiation;
            CertificateExtension.Write(writer, "2.5.29.15", true, value => value.WriteNamedBitList(usage));
            CertificateExtension.Write(writer, "2.5.29.19", true, value =>
            {
                using (value.PushSequence())
                {
                    if (Kind == CertificateKind.Authority)
                        value.WriteBoolean(true);
                }
            });
            if (Kind == CertificateKind.TimestampAuthority)
                CertificateExtension.Write(writer, "2.5.29.37", true, value =>
                {
                    using (value.PushSequence())
                        value.WriteObjectIdentifier(Certificate.TimestampPurpose);
                });
            CertificateExtension.Write(writer, TestMark.Extension, false, TestMark.Write);
            if (Qualification != LabQualification.None)
                CertificateExtension.Write(writer, "1.3.6.1.5.5.7.1.3", false, WriteStatements);
            if (Drfo is not null || Edrpou is not null)
                CertificateExtension.Write(writer, Signer.SubjectDirectoryAttributes, false, WriteNumbers);
        }
    }

    private void WriteStatements(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            WriteStatement(writer, QualifiedStatements.Compliance);
            if (Qualification == LabQualification.Device)
                WriteStatement(writer, QualifiedStatements.Device);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(QualifiedStatements.Types);
                using (writer.PushSequence())
                    writer.WriteObjectIdentifier(
                        Qualification == LabQualification.Seal ? QualifiedStatements.SealType : QualifiedStatements.PersonType);
            }
        }
    }

    private static void WriteStatement(AsnWriter writer, string oid)
    {
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(oid);
    }

    private void WriteNumbers(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            foreach (var (oid, number) in new[] { (Signer.EdrpouOid, Edrpou), (Signer.DrfoOid, Drfo) })
            {
                if (number is null)
                    continue;
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(oid);
                    using (writer.PushSetOf())
                        writer.WriteCharacterString(UniversalTagNumber.UTF8String, number);
                }
            }
        }
    }

    private static void WriteName(AsnWriter writer, string oid, string text, UniversalTagNumber kind = UniversalTagNumber.UTF8String)
    {
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            writer.WriteCharacterString(kind, text);
        }
    }
}
