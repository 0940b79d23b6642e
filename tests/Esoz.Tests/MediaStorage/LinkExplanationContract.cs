using System.Net;
using Esoz.MediaStorage;
using Esoz.Platform.Storage;

namespace Esoz.Tests.MediaStorage;

/// <summary>The explanation of a link matches what its server does; each backend has a class that derives from this one.</summary>
public abstract class LinkExplanationContract
{
    private static readonly HttpClient Http = new();

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract ILinkSigner Signer { get; }

    protected abstract IObjectStore Store { get; }

    protected abstract Bucket Bucket { get; }

    /// <summary>Scheme, host and port of the server of the links.</summary>
    protected abstract string ServerBase { get; }

    protected virtual TimeProvider Clock => TimeProvider.System;

    public static TheoryData<string, string, TimeSpan, bool, Func<string, string>, string?> Links
    {
        get
        {
            var now = TimeSpan.Zero;
            var old = TimeSpan.FromHours(2);
            // what, verb signed, age, whether the object is there, how the link is changed, part of the first reason
            return new()
            {
                { "as it was issued", "GET", now, true, link => link, null },
                { "upload", "PUT", now, false, link => link, null },
                { "upload again", "PUT", now, true, link => link, null },
                { "hexadecimal digits in lower case", "GET", now, true, link => link.Replace("%D0%94", "%d0%94"), null },
                { "encoded though it need not be", "GET", now, true, link => link.Replace(".p7s", "%2Ep7s"), null },
                { "parentheses as browsers leave them", "GET", now, true, link => link.Replace("%281%29", "(1)"), null },
                { "issued by a clock that is ahead", "GET", -old, true, link => link, null },
                { "nothing there", "GET", now, false, link => link, "object" },
                { "expired", "GET", old, true, link => link, "expiry" },
                { "expired, nothing there", "GET", old, false, link => link, "expiry" },
                { "expired upload", "PUT", old, false, link => link, "expiry" },
                { "another name", "GET", now, true, link => link.Replace(".p7s", ".p7m"), "signature" },
                { "another folder", "GET", now, true, link => link.Replace("/c4f1e2d3-", "/c4f1e2d4-"), "signature" },
                { "encoded twice", "GET", now, true, link => link[..link.IndexOf('?')].Replace("%", "%25")
                    + link[link.IndexOf('?')..], "spoiled" },
                { "plus for space, in a name that has a plus", "GET", now, true, link => link.Replace("%20", "+"), "signature" },
                { "lives longer", "GET", now, true, link => link.Replace("Expires=", "Expires=1"), "signature" },
                { "signature cut off", "GET", now, true, link => link[..^1], "signature" },
                { "signature changed", "GET", now, true, link => link[..^1] + (link[^1] == '0' ? '1' : '0'), "signature" },
                { "signature taken away", "GET", now, true, link => link[..link.LastIndexOf('&')], "signature" },
                { "another bucket", "GET", now, true, link => link.Replace("ambulatory", "elsewhere"), "signature" },
                { "escaped for HTML", "GET", now, true, link => link.Replace("&", "&amp;"), "parameters" },
            };
        }
    }

    [Theory(DisplayName = "A link explained as valid is served, one explained as invalid is refused, and the first reason names the part")]
    [MemberData(nameof(Links))]
    public async Task ExplainsCorrectly(string what, string verb, TimeSpan age, bool isThere, Func<string, string> change, string? part)
    {
        var key = ObjectKey.Named(Guid.Parse($"c4f1e2d3-0b9a-4d58-8c67-{Random.Shared.NextInt64(1L << 48):x12}"),
            ObjectName.Canonicalise("Договір + 50% (1).p7s", out _)!);
        if (isThere)
            await Store.Write(Bucket, key, new MemoryStream([1, 2, 3]), Ct);
        var link = change(Signer.Sign(
            new LinkGrant(verb, Bucket, key, Clock.GetUtcNow() - age, TimeSpan.FromHours(1), SignedLinks.Holder), ServerBase));

        var explanation = await Explain(link);
        using var request = new HttpRequestMessage(new HttpMethod(verb), link)
        {
            Content = verb == "PUT" ? new ByteArrayContent([4]) : null,
        };
        using var answer = await Http.SendAsync(request, Ct);

        var reasons = string.Join("; ", explanation.Reasons);
        Assert.True(answer.IsSuccessStatusCode == explanation.Works, $"{what}: {answer.StatusCode}, but said: {reasons}");
        Assert.Equal(part is null, explanation.Works);
        if (part is not null)
            Assert.Matches(Part(part), explanation.Reasons[0].Part);
        if (part is null or "object" or "expiry")
            Assert.Equal((verb, Bucket.Physical, key), (explanation.Link.Verb, explanation.Link.Bucket, explanation.Link.Key));
        else
            Assert.Null(explanation.Link.Verb);
        if (explanation.WasChecked && explanation.Link.Key == key)
            Assert.Equal(isThere ? 3L : null, explanation.Object?.Length);
        foreach (var secret in link.Split(['=', '&']).Where(value => value.Length >= 40 && value.All(char.IsAsciiHexDigit)))
            Assert.DoesNotContain(secret, explanation.ToString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The reported verb is the only one that works")]
    public async Task OtherVerb()
    {
        var key = ObjectKey.Named(Guid.NewGuid(), ObjectName.FromLink("x")!);
        await Store.Write(Bucket, key, new MemoryStream([1]), Ct);
        foreach (var verb in new[] { HttpMethod.Get, HttpMethod.Put })
        {
            var link = Signer.Sign(
                new LinkGrant(verb.Method, Bucket, key, Clock.GetUtcNow(), TimeSpan.FromHours(1), SignedLinks.Holder), ServerBase);

            Assert.Equal(verb.Method, (await Explain(link)).Link.Verb);
            foreach (var other in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete }.Where(other => other != verb))
            {
                using var answer = await Http.SendAsync(
                    new HttpRequestMessage(other, link) { Content = other == HttpMethod.Put ? new ByteArrayContent([2]) : null }, Ct);
                Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            }
        }
        Assert.Equal(1, (await Store.Find(Bucket, key, Ct))!.Length);
    }

    /// <summary>How this backend names a part.</summary>
    protected abstract string Part(string part);

    private async Task<LinkExplanation> Explain(string link) =>
        await LinkExplanation.Of(Signer.Read(LinkText.Parse(link)!, ServerBase), Bucket, Store, away: null, Clock.GetUtcNow(), Ct);
}
