namespace Esoz.Platform.Storage;

/// <summary>
/// Names a link without giving it away: the first half of its signature. The access journal has it among the ids of the request that asked
/// for the link, so what a link was used for can be told from who asked for it.
/// </summary>
public static class LinkId
{
    private const int SignatureLength = 64;

    /// <param name="link">A link of any signer: they all end with 64 hexadecimal digits.</param>
    public static Guid Of(string link) => OfSignature(link.AsSpan()[^SignatureLength..]);

    /// <param name="signature">64 hexadecimal digits.</param>
    public static Guid OfSignature(ReadOnlySpan<char> signature) => Guid.ParseExact(signature[..(SignatureLength / 2)], "N");
}
