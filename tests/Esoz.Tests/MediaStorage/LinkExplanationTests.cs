using Esoz.MediaStorage;
using Esoz.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.MediaStorage;

/// <summary>Explanations of links of the embedded store, compared with the server that serves them.</summary>
public sealed class LinkExplanationTests(Registry registry) : LinkExplanationContract, IClassFixture<Registry>
{
    protected override ILinkSigner Signer => registry.Services.GetRequiredService<ILinkSigner>();

    protected override IObjectStore Store => registry.Services.GetRequiredService<IObjectStore>();

    protected override Bucket Bucket => registry.Settings.Buckets.AmbulatoryContracts;

    protected override string ServerBase => registry.Url.GetLeftPart(UriPartial.Authority);

    protected override TimeProvider Clock => registry.Clock;

    protected override string Part(string part) => part switch
    {
        "signature" => "^X-Signature$",
        "spoiled" => "^path$",
        "parameters" => "^X-Signature$",
        _ => $"^{part}$",
    };

    [Fact(DisplayName = "Every reason is reported, in order")]
    public async Task All()
    {
        var link = new SignedLink { Bucket = "elsewhere", ExpiresAt = 1772446800, Fault = new("X-Signature", "is missing") };

        var explanation = await LinkExplanation.Of(
            link, Bucket, Store, new("nothing answers", "look"), DateTimeOffset.FromUnixTimeSeconds(1772446800 + 7384), Ct);

        Assert.Equal(
            ["X-Signature is missing", "expiry passed 2 h 3 min ago", $"bucket is not the bucket of contract files, {Bucket.Physical}",
                "store cannot be checked: nothing answers → look"],
            explanation.Reasons.Select(reason => reason.ToString()));
        Assert.False(explanation.WasChecked);
    }

    [Theory(DisplayName = "A duration is shown in its two largest units")]
    [InlineData(0, "0 s")]
    [InlineData(59, "59 s")]
    [InlineData(61, "1 min 1 s")]
    [InlineData(7199, "1 h 59 min")]
    [InlineData(90_000, "1 d 1 h")]
    public void Span(long seconds, string text) => Assert.Equal(text, LinkExplanation.Span(seconds));
}
