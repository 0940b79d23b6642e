using System.Text;
using Esoz.Platform.Storage;
using Esoz.Tests.MediaStorage;

namespace Esoz.Tests.Platform.Storage;

/// <summary>Links of the embedded store (media-storage §6).</summary>
public sealed class EmbeddedLinkSignerTests
{
    private const string Path = "/ambulatory_contracts/c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/Договір 2026.p7s";
    private const string Expires = "1772446800";

    private const string Holder = "a1b2c3d4-0b9a-4d58-8c67-1a2b3c4d5e6f.0d1e2f3a-0b9a-4d58-8c67-1a2b3c4d5e6f";

    /// <summary>Computed with: printf 'PUT\n{expires}\n{path}\n{holder}' | openssl dgst -sha256 -hmac 'a signing key of 32 bytes or more'.
    /// </summary>
    private const string Signature = "226777fe47efcd3ac182341edaa9a130a767f599a7ed0a077892f7e514f3cf2d";

    /// <summary>The same with: printf 'GET\n{expires}\n{path}'.</summary>
    private const string SignatureToRead = "188cd0f27b391b0320e81ad36938f84759552eeb543ba7839c27375669be9dec";

    private static readonly byte[] Key = Encoding.UTF8.GetBytes("a signing key of 32 bytes or more");
    private static readonly byte[] OtherKey = Encoding.UTF8.GetBytes("another signing key of 32 bytes!!");

    private static readonly LinkGrant Grant = new("PUT", new Bucket("ambulatory_contracts", "ambulatory_contracts"),
        ObjectKey.Named(Guid.Parse("c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f"), ObjectName.Canonicalise("Договір 2026.p7s", out _)!),
        DateTimeOffset.FromUnixTimeMilliseconds(1772446200_999), TimeSpan.FromSeconds(600), SignedLinks.Holder);

    [Theory(DisplayName = "The link is the public URL, the encoded path, expiry in whole seconds, to write also who asked for it, and the HMAC that openssl computes")]
    [InlineData("https://media.example.ua", "https://media.example.ua")]
    [InlineData("", "http://127.0.0.1:5080/media")]
    public void KnownAnswer(string publicUrl, string prefix)
    {
        const string address = "ambulatory_contracts/c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D1%96%D1%80%202026.p7s";
        var signer = new EmbeddedLinkSigner(publicUrl, Key, null);

        Assert.Equal($"{prefix}/{address}?X-Expires={Expires}&X-Holder={Holder}&X-Signature={Signature}",
            signer.Sign(Grant, "http://127.0.0.1:5080"));
        Assert.Equal($"{prefix}/{address}?X-Expires={Expires}&X-Signature={SignatureToRead}",
            signer.Sign(Grant with { Verb = "GET" }, "http://127.0.0.1:5080"));
    }

    [Fact(DisplayName = "The signature reveals the verb it was made for")]
    public void Verb()
    {
        var signer = new EmbeddedLinkSigner("", Key, null);

        Assert.Equal("PUT", signer.SignedVerb(Path, Expires, Holder, Signature));
        Assert.Equal("GET", signer.SignedVerb(Path, Expires, "", SignatureToRead));
    }

    [Theory(DisplayName = "A link that writes is not accepted in the name of somebody else, or of nobody")]
    [InlineData("")]
    [InlineData("0d1e2f3a-0b9a-4d58-8c67-1a2b3c4d5e6f.0d1e2f3a-0b9a-4d58-8c67-1a2b3c4d5e6f")]
    [InlineData(Holder + ".")]
    public void OtherHolder(string holder) =>
        Assert.Null(new EmbeddedLinkSigner("", Key, null).SignedVerb(Path, Expires, holder, Signature));

    [Theory(DisplayName = "A signature is valid only for its path and expiry")]
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
        Assert.Null(new EmbeddedLinkSigner("", Key, null).SignedVerb(path, expires, Holder, signature));

    [Fact(DisplayName = "The previous key is accepted until it is removed; new links are signed with the current one")]
    public void Rotation()
    {
        var old = SignatureOf(new EmbeddedLinkSigner("", OtherKey, null).Sign(Grant, ""));

        Assert.Equal("PUT", new EmbeddedLinkSigner("", Key, OtherKey).SignedVerb(Path, Expires, Holder, old));
        Assert.Null(new EmbeddedLinkSigner("", Key, null).SignedVerb(Path, Expires, Holder, old));
        Assert.Equal(Signature, SignatureOf(new EmbeddedLinkSigner("", Key, OtherKey).Sign(Grant, "")));
    }

    [Fact(DisplayName = "What was signed is read back: bucket, key, verb, expiry and who may write")]
    public void ReadBack()
    {
        var signer = new EmbeddedLinkSigner("https://media.example.ua/v1", Key, OtherKey);
        foreach (var signedBy in new[] { Key, OtherKey })
        {
            foreach (var verb in new[] { "GET", "PUT" })
            {
                var link = new EmbeddedLinkSigner("https://media.example.ua/v1", signedBy, null).Sign(Grant with { Verb = verb }, "");

                var expected = new SignedLink
                {
                    Bucket = "ambulatory_contracts",
                    Key = Grant.Key,
                    Verb = verb,
                    ExpiresAt = 1772446800,
                    Holder = verb == "PUT" ? Grant.Holder : null,
                };
                Assert.Equal(expected, signer.Read(LinkText.Parse(link)!, "http://ignored"));
            }
        }
    }

    [Theory(DisplayName = "A link with another base URL is read as far as possible, and refused")]
    [InlineData("https://media.example.ua", "https://other.example.ua/ambulatory_contracts", "https://media.example.ua/")]
    [InlineData("https://media.example.ua", "https://media.example.ua/v1/ambulatory_contracts", null)]
    [InlineData("https://media.example.ua/v1", "https://media.example.ua/ambulatory_contracts", "https://media.example.ua/v1/")]
    [InlineData("", "https://api.example.ua/ambulatory_contracts", "https://api.example.ua/media/")]
    public void OtherBeginning(string publicUrl, string beginning, string? prefix)
    {
        var link = new EmbeddedLinkSigner("https://any", Key, null).Sign(Grant, "")
            .Replace("https://any/ambulatory_contracts", beginning, StringComparison.Ordinal);

        var read = new EmbeddedLinkSigner(publicUrl, Key, null).Read(LinkText.Parse(link)!, "");

        Assert.Equal(
            prefix is null ? new("path", "is not /{bucket}/{resource_id}/{name}")
            : new LinkFault("address", $"does not begin with {prefix}"), read.Fault);
        if (prefix is not null)
            Assert.Equal(("ambulatory_contracts", Grant.Key, "PUT"), (read.Bucket, read.Key, read.Verb));
    }

    [Theory(DisplayName = "Without a public URL, links begin with the server's base, where that is known")]
    [InlineData("https://api.example.ua", true)]
    [InlineData("https://elsewhere.example.ua", false)]
    [InlineData("", true)]
    public void ServerBase(string serverBase, bool isOurs)
    {
        var signer = new EmbeddedLinkSigner("", Key, null);

        Assert.Equal(isOurs, signer.Read(LinkText.Parse(signer.Sign(Grant, "https://api.example.ua"))!, serverBase).Fault is null);
    }

    private const string UpperCase = "226777FE47EFCD3AC182341EDAA9A130A767F599A7ED0A077892F7E514F3CF2D";

    private static string SignatureOf(string link) => link[(link.LastIndexOf('=') + 1)..];
}
