using System.Formats.Asn1;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Platform.Signatures.Certificates;

/// <summary>
/// The certificates and revocation lists in a file, any number of them: DER, PEM with text between the blocks, or a PKCS #7 bundle (.p7b),
/// in either form.
/// </summary>
public sealed class TrustFile
{
    private const int MaxFaultsNamed = 3;

    private static readonly Asn1Tag Inside = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag CertificateSet = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag ListSet = new(TagClass.ContextSpecific, 1, isConstructed: true);

    private readonly List<Certificate> _certificates = [];
    private readonly List<RevocationList> _lists = [];
    private readonly List<(int Entry, string Reason)> _faults = [];

    private TrustFile()
    {
    }

    public IReadOnlyList<Certificate> Certificates => _certificates;

    public IReadOnlyList<RevocationList> Lists => _lists;

    /// <summary>Entries that cannot be read, each with its place in the file and the reason.</summary>
    public IReadOnlyList<(int Entry, string Reason)> Faults => _faults;

    /// <summary>Number of entries, whether they can be read or not.</summary>
    public int Count { get; private set; }

    /// <summary>All faults in one sentence; null when there are none.</summary>
    public string? Fault
    {
        get
        {
            if (_faults.Count == 0)
                return null;
            if (Count == 1)
                return _faults[0].Reason;
            var named = string.Join("; ", _faults.Take(MaxFaultsNamed).Select(fault => $"entry {fault.Entry}: {fault.Reason}"));
            return $"{_faults.Count} of {Count} entries cannot be read: {named}{(_faults.Count > MaxFaultsNamed ? "; …" : "")}";
        }
    }

    public static TrustFile Read(ReadOnlyMemory<byte> file)
    {
        var read = new TrustFile();
        var isDer = file.Span is [(byte)UniversalTagNumber.Sequence | 0x20, ..];
        if (isDer || file.Span.IndexOf("-----BEGIN "u8) < 0)
            read.AddFile(file);
        else
        {
            foreach (var block in PemBlock.ReadAll(file.Span))
                read.AddBlock(block);
        }
        return read;
    }

    /// <summary>
    /// Whether the signed part of a certificate or revocation list is that of a list. Both begin alike; where a certificate has its
    /// validity, a list has a time.
    /// </summary>
    internal static bool IsList(AsnReader body)
    {
        if (body.NextIs(Asn1Tag.Integer))
            body.ReadEncodedValue();
        for (var sequences = 0; sequences < 2 && body.NextIs(Asn1Tag.Sequence); sequences++)
            body.ReadEncodedValue();
        return body.NextIs(Asn1Tag.UtcTime) || body.NextIs(Asn1Tag.GeneralizedTime);
    }

    private void AddBlock(PemBlock block)
    {
        if (block.Content is null)
            Refuse($"the block {block.Label} is not base64 or has no end");
        else if (block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            Refuse($"a {block.Label} does not belong here");
        else
            AddFile(block.Content);
    }

    private void AddFile(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            var outer = AsnReading.ReadWholeSequence(encoded);
            if (!outer.NextIs(Asn1Tag.ObjectIdentifier))
                AddEntry(encoded);
            else if (outer.ReadOid() == FileKind.SignedOid)
                AddBundle(outer.ReadSequence(Inside).ReadSequence());
            else
                Refuse($"it is {FileKind.Of(encoded).Name}");
        }
        catch (AsnContentException)
        {
            Refuse($"it is {FileKind.Of(encoded).Name}, not a certificate or a revocation list");
        }
    }

    /// <summary>A PKCS #7 whose only purpose is its certificates and lists; it has neither content nor signers.</summary>
    private void AddBundle(AsnReader body)
    {
        body.ReadSmallNumber();
        body.ReadSetOf(skipSortOrderValidation: true);
        body.ReadSequence();
        foreach (var tag in new[] { CertificateSet, ListSet })
        {
            if (!body.NextIs(tag))
                continue;
            for (var set = body.ReadSetOf(skipSortOrderValidation: true, tag); set.HasData;)
                AddEntry(set.ReadEncodedValue());
        }
    }

    private void AddEntry(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            if (IsList(AsnReading.ReadWholeSequence(encoded).ReadSequence()))
                _lists.Add(RevocationList.Read(encoded));
            else
                _certificates.Add(Certificate.Read(encoded));
            Count++;
        }
        catch (AsnContentException malformed)
        {
            Refuse(malformed.Message);
        }
    }

    private void Refuse(string reason) => _faults.Add((++Count, reason));
}
