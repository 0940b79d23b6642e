using System.Formats.Asn1;

namespace Esoz.Tests.Platform.Signatures;

/// <summary>
/// DER as a tree that tests can modify: values are replaced, added and removed, and lengths are adjusted. Bit and octet strings are not
/// decoded.
/// </summary>
internal sealed class AsnTree
{
    private AsnTree(byte tag, byte[] content, List<AsnTree> children) => (Tag, Content, Children) = (tag, content, children);

    public byte Tag { get; set; }

    /// <summary>Content of a primitive value.</summary>
    public byte[] Content { get; set; }

    /// <summary>Parts of a constructed value.</summary>
    public List<AsnTree> Children { get; }

    private bool IsConstructed => (Tag & 0x20) != 0;

    public AsnTree this[params int[] path] => path.Aggregate(this, (node, at) => node.Children[at]);

    public static AsnTree Parse(ReadOnlyMemory<byte> encoded)
    {
        var reader = new AsnReader(encoded, AsnEncodingRules.BER);
        var (tag, content) = (encoded.Span[0], reader.PeekContentBytes());
        var children = new List<AsnTree>();
        if ((tag & 0x20) != 0)
        {
            var inside = new AsnReader(content, AsnEncodingRules.BER);
            while (inside.HasData)
                children.Add(Parse(inside.ReadEncodedValue()));
        }
        return new(tag, content.ToArray(), children);
    }

    public static AsnTree Primitive(byte tag, params byte[] content) => new(tag, content, []);

    public static AsnTree Oid(string oid)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(oid);
        return Parse(writer.Encode());
    }

    public AsnTree Clone() => Parse(Encode());

    /// <summary>The first node that satisfies the condition, from this one on, depth first.</summary>
    public AsnTree Find(Func<AsnTree, bool> condition) => All().First(condition);

    /// <summary>The SEQUENCE that begins with an object identifier.</summary>
    public AsnTree Sequence(string oid) => Find(node => node.Children is [var first, ..] && first.Is(oid));

    public bool Is(string oid) => Tag == 6 && Content.AsSpan().SequenceEqual(Oid(oid).Content);

    public IEnumerable<AsnTree> All() => Children.SelectMany(child => child.All()).Prepend(this);

    public byte[] Encode()
    {
        byte[] content = IsConstructed ? [.. Children.SelectMany(child => child.Encode())] : Content;
        return content.Length switch
        {
            < 0x80 => [Tag, (byte)content.Length, .. content],
            < 0x100 => [Tag, 0x81, (byte)content.Length, .. content],
            < 0x10000 => [Tag, 0x82, (byte)(content.Length >> 8), (byte)content.Length, .. content],
            _ => [Tag, 0x83, (byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length, .. content],
        };
    }
}
