using System.Formats.Asn1;

namespace Esoz.Platform.Signatures.Keys;

/// <summary>Identifier of an algorithm and its encoded parameters, which are empty when there are none.</summary>
public readonly record struct AlgorithmIdentifier(string Oid, ReadOnlyMemory<byte> Parameters)
{
    public static AlgorithmIdentifier Read(AsnReader reader)
    {
        var sequence = reader.ReadSequence();
        var oid = sequence.ReadOid();
        var parameters = sequence.HasData ? sequence.ReadEncodedValue() : default;
        sequence.ThrowIfNotEmpty();
        return new(oid, parameters);
    }

    public void Write(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oid);
            if (!Parameters.IsEmpty)
                writer.WriteEncodedValue(Parameters.Span);
        }
    }
}
