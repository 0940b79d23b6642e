using System.Text;
using Esoz.Platform.Storage;

namespace Esoz.Tests.Platform.Storage;

/// <summary>Links of the embedded store (media-storage §6).</summary>
public sealed class EmbeddedLinkSignerTests
{
    private const string Path = "/ambulatory_contracts/c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/Договір 2026.p7s";
    private const string Expires = "1772446800";

    /// <summary>Made with: printf 'PUT\n{expires}\n{path}' | openssl dgst -sha256 -hmac 'a signing key of 32 bytes or more'.</summary>
    private const string Signature = "629b2f3661dcd6864393a647c4fb2934c7ed25ba5f964ec171a7363389f18d58";

    private static readonly byte[] Key = Encoding.UTF8.GetBytes("a signing key of 32 bytes or more");
    private static readonly byte[] OtherKey = Encoding.UTF8.GetBytes("another signing key of 32 bytes!!");

    private static readonly LinkGrant Grant = new("PUT", new Bucket("ambulatory_contracts", "ambulatory_contracts"),
        ObjectKey.Named(Guid.Parse("c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f"), ObjectName.Canonicalise("Договір 2026.p7s", out _)!),
        DateTimeOffset.FromUnixTimeMilliseconds(1772446200_999), TimeSpan.FromSeconds(600));

    [Theory(DisplayName = "The link is the public URL, the encoded path, expiry in whole seconds and the HMAC that openssl computes")]
    [InlineData("https://media.example.ua", "https://media.example.ua")]
    [InlineData("", "http://127.0.0.1:5080/media")]
    public void KnownAnswer(string publicUrl, string prefix)
    {
        var link = new EmbeddedLinkSigner(publicUrl, Key, null).Sign(Grant, "http://127.0.0.1:5080");

        Assert.Equal($"{prefix}/ambulatory_contracts/c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D1%96%D1%80%202026.p7s?X-Expires={Expires}&X-Signature={Signature}", link);
    }

    [Fact(DisplayName = "The signature tells the verb it was made for")]
    public void Verb()
    {
        var signer = new EmbeddedLinkSigner("", Key, null);

        Assert.Equal("PUT", signer.SignedVerb(Path, Expires, Signature));
        Assert.Equal("GET", signer.SignedVerb(Path, Expires, SignatureOf(signer.Sign(Grant with { Verb = "GET" }, ""))));
    }

    [Theory(DisplayName = "A signature is good for nothing but its path and expiry")]
    [InlineData("/ambulatory_contracts-dev/c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/Договір 2026.p7s", Expires, Signature)]
    [InlineData("/ambulatory_contracts/c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e60/Договір 2026.p7s", Expires, Signature)]
    [InlineData("/ambulatory_contracts/c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/Договір 2027.p7s", Expires, Signature)]
    [InlineData(Path, "1772446801", Signature)]
    [InlineData(Path, "01772446800", Signature)]
    [InlineData(Path, Expires, "")]
    [InlineData(Path, Expires, "00")]
    [InlineData(Path, Expires, UpperCase)]
    [InlineData(Path, Expires, Signature + "0")]
    public void Tampered(string path, string expires, string signature) =>
        Assert.Null(new EmbeddedLinkSigner("", Key, null).SignedVerb(path, expires, signature));

    [Fact(DisplayName = "The previous key is accepted until it is taken out; new links carry the current one")]
    public void Rotation()
    {
        var old = SignatureOf(new EmbeddedLinkSigner("", OtherKey, null).Sign(Grant, ""));

        Assert.Equal("PUT", new EmbeddedLinkSigner("", Key, OtherKey).SignedVerb(Path, Expires, old));
        Assert.Null(new EmbeddedLinkSigner("", Key, null).SignedVerb(Path, Expires, old));
        Assert.Equal(Signature, SignatureOf(new EmbeddedLinkSigner("", Key, OtherKey).Sign(Grant, "")));
    }

    private const string UpperCase = "629B2F3661DCD6864393A647C4FB2934C7ED25BA5F964EC171A7363389F18D58";

    private static string SignatureOf(string link) => link[(link.LastIndexOf('=') + 1)..];
}
