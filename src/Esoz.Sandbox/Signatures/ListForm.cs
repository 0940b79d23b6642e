using System.Formats.Asn1;

namespace Esoz.Sandbox.Signatures;

/// <summary>Extensions of a revocation list.</summary>
/// <param name="Number">Number of the list.</param>
/// <param name="BaseNumber">Number of the complete list that a delta list continues; null for a complete list.</param>
/// <param name="NamesDelta">The list says where its delta lists are.</param>
internal sealed record ListForm(int Number, int? BaseNumber = null, bool NamesDelta = false)
{
    /// <summary>An address of documentation: nothing is fetched.</summary>
    private const string DeltaAddress = "http://ca.example/delta.crl";

    public void Write(AsnWriter writer)
    {
        CertificateExtension.Write(writer, "2.5.29.20", isCritical: false, value => value.WriteInteger(Number));
        if (BaseNumber is { } since)
            CertificateExtension.Write(writer, "2.5.29.27", isCritical: true, value => value.WriteInteger(since));
        if (NamesDelta)
            CertificateExtension.Write(writer, "2.5.29.46", isCritical: false, WriteDistributionPoint);
    }

    private static void WriteDistributionPoint(AsnWriter writer)
    {
        var explicitly = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence(explicitly))
        using (writer.PushSequence(explicitly))
            writer.WriteCharacterString(UniversalTagNumber.IA5String, DeltaAddress, new Asn1Tag(TagClass.ContextSpecific, 6));
    }
}
