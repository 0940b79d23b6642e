using Esoz.Platform.Http;
using Microsoft.AspNetCore.Http;

namespace Esoz.Tests.Platform.Http;

/// <summary>RFC 9110 §13: conditional requests.</summary>
public sealed class PreconditionsTests
{
    private const string Earlier = "Mon, 02 Mar 2026 09:59:59 GMT";
    private const string Same = "Mon, 02 Mar 2026 10:00:00 GMT";
    private const string Later = "Mon, 02 Mar 2026 10:00:09 GMT";

    /// <summary>The fraction of the second is lost in the header.</summary>
    private static readonly DateTimeOffset Modified = new(2026, 3, 2, 10, 0, 0, 700, TimeSpan.Zero);

    private static readonly Validators Strong = new("\"a\"", Modified), Weak = new("W/\"a\"", Modified), Undated = new("\"a\"");

    [Theory(DisplayName = "If-Match compares strongly and comes first; a false one is 412 for every method")]
    [InlineData("\"a\"", true, true)]
    [InlineData("\"x\", \"a\"", true, true)]
    [InlineData("*", true, true)]
    [InlineData("*", false, true)]
    [InlineData("\"x\"", true, false)]
    [InlineData("W/\"a\"", true, false)]
    [InlineData("\"a\"", false, false)]
    [InlineData("W/\"a\"", false, false)]
    [InlineData("a", true, false)]
    public void IfMatch(string header, bool isStrong, bool holds)
    {
        foreach (var verb in new[] { "GET", "HEAD", "PUT" })
        {
            // A wrong date does not count beside a tag.
            Assert.Equal(holds ? Verdict.Hold : Verdict.Failed,
                Preconditions.Evaluate(Request(verb, ("If-Match", header), ("If-Unmodified-Since", Earlier)), isStrong ? Strong : Weak));
            Assert.Equal(Verdict.Failed, Preconditions.Evaluate(Request(verb, ("If-Match", header)), null));
        }
    }

    [Theory(DisplayName = "If-Unmodified-Since: 412 when it was modified later; what is no date is ignored")]
    [InlineData(Earlier, Verdict.Failed)]
    [InlineData(Same, Verdict.Hold)]
    [InlineData(Later, Verdict.Hold)]
    [InlineData("Monday, 02-Mar-26 09:59:59 GMT", Verdict.Failed)]
    [InlineData("yesterday", Verdict.Hold)]
    public void IfUnmodifiedSince(string date, Verdict expected)
    {
        foreach (var verb in new[] { "GET", "HEAD", "PUT" })
        {
            Assert.Equal(expected, Preconditions.Evaluate(Request(verb, ("If-Unmodified-Since", date)), Strong));
            Assert.Equal(Verdict.Hold, Preconditions.Evaluate(Request(verb, ("If-Unmodified-Since", date)), Undated));
            Assert.Equal(Verdict.Hold, Preconditions.Evaluate(Request(verb, ("If-Unmodified-Since", date)), null));
        }
    }

    [Theory(DisplayName = "If-None-Match compares weakly: 304 for GET and HEAD, 412 for others; then If-Modified-Since does not count")]
    [InlineData("\"a\"", true)]
    [InlineData("W/\"a\"", true)]
    [InlineData("\"x\", W/\"a\"", true)]
    [InlineData("*", true)]
    [InlineData("\"x\"", false)]
    [InlineData("a", false)]
    public void IfNoneMatch(string header, bool isKnown)
    {
        foreach (var current in new[] { Strong, Weak })
        {
            foreach (var (verb, known) in new[] { ("GET", Verdict.NotModified), ("HEAD", Verdict.NotModified), ("PUT", Verdict.Failed) })
                Assert.Equal(isKnown ? known : Verdict.Hold,
                    Preconditions.Evaluate(Request(verb, ("If-None-Match", header), ("If-Modified-Since", Later)), current));
        }
        Assert.Equal(Verdict.Hold, Preconditions.Evaluate(Request("PUT", ("If-None-Match", header)), null));
    }

    [Theory(DisplayName = "If-Modified-Since: 304 for GET and HEAD when it was not modified later")]
    [InlineData(Earlier, Verdict.Hold)]
    [InlineData(Same, Verdict.NotModified)]
    [InlineData(Later, Verdict.NotModified)]
    [InlineData("0", Verdict.Hold)]
    public void IfModifiedSince(string date, Verdict expected)
    {
        Assert.Equal(expected, Preconditions.Evaluate(Request("GET", ("If-Modified-Since", date)), Strong));
        Assert.Equal(expected, Preconditions.Evaluate(Request("HEAD", ("If-Modified-Since", date)), Strong));
        Assert.Equal(Verdict.Hold, Preconditions.Evaluate(Request("PUT", ("If-Modified-Since", date)), Strong));
        Assert.Equal(Verdict.Hold, Preconditions.Evaluate(Request("GET", ("If-Modified-Since", date)), Undated));
    }

    [Fact(DisplayName = "What was put into service long after its instant: the date that was sent counts, and dates after the beginning of service")]
    public void ServedSince()
    {
        var snapshot = Strong with { ServedSince = Modified.AddMinutes(1) };

        Assert.Equal(Verdict.NotModified, Preconditions.Evaluate(Request("GET", ("If-Modified-Since", Same)), snapshot));
        Assert.Equal(Verdict.Hold, Preconditions.Evaluate(Request("GET", ("If-Modified-Since", Later)), snapshot));
        Assert.Equal(Verdict.NotModified,
            Preconditions.Evaluate(Request("GET", ("If-Modified-Since", "Mon, 02 Mar 2026 10:01:01 GMT")), snapshot));
        Assert.Equal(Verdict.Failed, Preconditions.Evaluate(Request("GET", ("If-Unmodified-Since", Later)), snapshot));
    }

    [Fact(DisplayName = "The first false condition decides: 412 before 304")]
    public void Order()
    {
        Assert.Equal(Verdict.Failed, Preconditions.Evaluate(Request("GET", ("If-Match", "\"x\""), ("If-None-Match", "\"a\"")), Strong));
        Assert.Equal(Verdict.NotModified,
            Preconditions.Evaluate(Request("GET", ("If-Match", "\"a\""), ("If-None-Match", "\"a\"")), Strong));
        Assert.Equal(Verdict.Failed,
            Preconditions.Evaluate(Request("GET", ("If-Unmodified-Since", Earlier), ("If-Modified-Since", Later)), Strong));
    }

    [Theory(DisplayName = "If-Range allows a range only with the strong tag; never with a date")]
    [InlineData("\"a\"", true)]
    [InlineData("W/\"a\"", false)]
    [InlineData("\"x\"", false)]
    [InlineData(Same, false)]
    public void IfRange(string header, bool isAllowed)
    {
        Assert.Equal(isAllowed, Preconditions.AllowRange(Request("GET", ("If-Range", header)), Strong));
        Assert.False(Preconditions.AllowRange(Request("GET", ("If-Range", header)), Weak));
        Assert.True(Preconditions.AllowRange(Request("GET"), Strong));
    }

    private static HttpRequest Request(string verb, params (string Name, string Value)[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = verb;
        foreach (var (name, value) in headers)
            request.Headers[name] = value;
        return request;
    }
}
