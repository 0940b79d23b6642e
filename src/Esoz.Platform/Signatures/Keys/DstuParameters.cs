using System.Formats.Asn1;
using Esoz.Platform.Signatures.Dstu;

namespace Esoz.Platform.Signatures.Keys;

/// <summary>
/// Parameters of a DSTU 4145 key: a curve, named or explicit, and the substitution box of the hash. An explicit curve must equal one of the
/// known curves in every parameter.
/// </summary>
public sealed record DstuParameters(DstuCurve Curve, SubstitutionBox Box)
{
    public static DstuParameters Read(DstuAlgorithm algorithm, ReadOnlyMemory<byte> encoded)
    {
        var parameters = AsnReading.ReadWholeSequence(encoded);
        var curve = parameters.NextIs(Asn1Tag.ObjectIdentifier)
            ? DstuCurve.ByOid(parameters.ReadOid())
            : Spelled(algorithm, parameters.ReadSequence());
        var box = parameters.HasData ? SubstitutionBox.Read(parameters.ReadOctetString()) : SubstitutionBox.First;
        parameters.ThrowIfNotEmpty();
        return new(curve ?? throw new AsnContentException("unknown curve"),
            box ?? throw new AsnContentException("invalid substitution table (ДКЕ) of the hash"));
    }

    public byte[] Encode()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Curve.Oid);
            writer.WriteOctetString(Box.Packed);
        }
        return writer.Encode();
    }

    private static DstuCurve? Spelled(DstuAlgorithm algorithm, AsnReader sequence)
    {
        if (sequence.NextIs(new Asn1Tag(TagClass.ContextSpecific, 0)))
            sequence.ReadEncodedValue();
        var field = sequence.ReadSequence();
        var m = field.ReadSmallNumber();
        int[] powers = field.NextIs(Asn1Tag.Integer) ? [field.ReadSmallNumber()] : ReadPentanomial(field.ReadSequence());
        field.ThrowIfNotEmpty();
        var a = sequence.ReadSmallNumber();
        var b = algorithm.Ordered(sequence.ReadOctetString());
        var order = sequence.ReadIntegerBytes().ToArray();
        var basePoint = algorithm.Ordered(sequence.ReadOctetString());
        sequence.ThrowIfNotEmpty();

        Array.Reverse(order);
        return DstuCurve.All.FirstOrDefault(curve => curve.Is(m, powers, a, b, order, basePoint));
    }

    private static int[] ReadPentanomial(AsnReader sequence)
    {
        int[] powers = [sequence.ReadSmallNumber(), sequence.ReadSmallNumber(), sequence.ReadSmallNumber()];
        sequence.ThrowIfNotEmpty();
        return powers;
    }
}
