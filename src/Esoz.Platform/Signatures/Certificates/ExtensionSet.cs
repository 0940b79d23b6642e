using System.Formats.Asn1;
using Esoz.Platform.Signatures.Keys;

namespace Esoz.Platform.Signatures.Certificates;

/// <summary>Extensions of a certificate or revocation list, by object identifier, without duplicates.</summary>
public sealed class ExtensionSet
{
    private readonly Dictionary<string, (bool IsCritical, ReadOnlyMemory<byte> Value)> _extensions = [];

    public static ExtensionSet Empty { get; } = new();

    /// <param name="list">Positioned at the SEQUENCE of all extensions.</param>
    public static ExtensionSet Read(AsnReader list)
    {
        var read = new ExtensionSet();
        var extensions = list.ReadSequence();
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var oid = extension.ReadOid();
            var isCritical = extension.NextIs(Asn1Tag.Boolean) && extension.ReadBoolean();
            if (!read._extensions.TryAdd(oid, (isCritical, extension.ReadOctetString())))
                throw new AsnContentException($"the extension {oid} occurs twice");
            extension.ThrowIfNotEmpty();
        }
        return read;
    }

    /// <summary>Content of the extension; null when there is no such extension.</summary>
    public AsnReader? Find(string oid) => _extensions.TryGetValue(oid, out var extension) ? AsnReading.Open(extension.Value) : null;

    public bool Has(string oid) => _extensions.ContainsKey(oid);

    /// <summary>A critical extension that is not one of the understood ones; null when there is none.</summary>
    public string? CriticalBeyond(IReadOnlyCollection<string> understood) =>
        _extensions.Where(extension => extension.Value.IsCritical && !understood.Contains(extension.Key)).Select(extension => extension.Key)
            .FirstOrDefault();
}
