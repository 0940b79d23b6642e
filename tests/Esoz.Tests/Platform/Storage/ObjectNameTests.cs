using CsCheck;
using Esoz.Platform;
using Esoz.Platform.Storage;

namespace Esoz.Tests.Platform.Storage;

/// <summary>Canonical names and their place in links (media-storage §3).</summary>
public sealed class ObjectNameTests
{
    private static readonly string MaxLengthName = new string('ї', 127) + "x";

    public static TheoryData<string, string, string> Canonical => new()
    {
        // sent, canonical, in the link
        { "signed_contract", "signed_contract", "signed_contract" },
        { "Договір 2026.p7s", "Договір 2026.p7s", "%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D1%96%D1%80%202026.p7s" },
        { "%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D1%96%D1%80%202026.p7s", "Договір 2026.p7s",
            "%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D1%96%D1%80%202026.p7s" },
        { "%d0%94%d0%be%d0%b3%d0%be%d0%b2%d1%96%d1%80%202026.p7s", "Договір 2026.p7s",
            "%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D1%96%D1%80%202026.p7s" },
        { "a+b.pdf", "a+b.pdf", "a%2Bb.pdf" },
        { "a%2Bb.pdf", "a+b.pdf", "a%2Bb.pdf" },
        { "50%25.pdf", "50%.pdf", "50%25.pdf" },
        { "100% готово.pdf", "100% готово.pdf", "100%25%20%D0%B3%D0%BE%D1%82%D0%BE%D0%B2%D0%BE.pdf" },
        { "50%25 of 100%", "50%25 of 100%", "50%2525%20of%20100%25" },
        { "a%2520b", "a%20b", "a%2520b" },
        { "%41", "A", "A" },
        { "Договір%202026", "Договір 2026", "%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D1%96%D1%80%202026" },
        { "й", "й", "%D0%B9" },
        { "и\u0306", "и\u0306", "%D0%B8%CC%86" },
        { "(1) 'a' \"b\" !*.pdf", "(1) 'a' \"b\" !*.pdf", "%281%29%20%27a%27%20%22b%22%20%21%2A.pdf" },
        { "-._~", "-._~", "-._~" },
        { "...", "...", "..." },
        { " ", " ", "%20" },
        { "🐉", "🐉", "%F0%9F%90%89" },
        { "a?b#c&d=e;f:g@h,i", "a?b#c&d=e;f:g@h,i", "a%3Fb%23c%26d%3De%3Bf%3Ag%40h%2Ci" },
    };

    [Theory(DisplayName = "A raw name and its encoded form are one name, encoded once in the link")]
    [MemberData(nameof(Canonical))]
    public void IsCanonicalised(string sent, string canonical, string inLink)
    {
        var name = ObjectName.Canonicalise(sent, out var broken);

        Assert.Null(broken);
        Assert.Equal((canonical, inLink), (name!.Text, name.Encoded));
        Assert.Equal(name, ObjectName.FromLink(inLink));
        // The name in a link may be sent as the name again, unless it was not encoded at all.
        if (PercentEncoding.IsEncoded(inLink))
            Assert.Equal(name, ObjectName.Canonicalise(inLink, out _));
    }

    public static TheoryData<string, NameRule> Broken => new()
    {
        // 7, alone: no later rule can be broken at the same time, because there is no canonical name
        { "%FF.pdf", NameRule.Encoding },
        { "%D0", NameRule.Encoding },
        { "%C0%AF", NameRule.Encoding },
        { "%ED%A0%80", NameRule.Encoding },
        { "%FF/..", NameRule.Encoding },
        { "\ud800", NameRule.Encoding },
        { "a\udc00%20", NameRule.Encoding },
        // 8
        { "", NameRule.NotEmpty },
        // 9, each with forbidden characters as well
        { new string('/', 256), NameRule.Length },
        { new string('ї', 128) + "/", NameRule.Length },
        { string.Concat(Enumerable.Repeat("%00", 256)), NameRule.Length },
        // 10
        { ".", NameRule.Characters },
        { "..", NameRule.Characters },
        { "%2e", NameRule.Characters },
        { "%2E%2e", NameRule.Characters },
        { "..%2Fx", NameRule.Characters },
        { "a/b", NameRule.Characters },
        { "a\\b", NameRule.Characters },
        { "%5C", NameRule.Characters },
        { "a\nb", NameRule.Characters },
        { "%00", NameRule.Characters },
        { "\u001f", NameRule.Characters },
        { "\u007f", NameRule.Characters },
        { "%C2%80", NameRule.Characters },
        { "\u009f", NameRule.Characters },
        // shown as Договірs7p.exe
        { "Договір\u202Eexe.p7s", NameRule.Characters },
        { "%E2%80%AE", NameRule.Characters },
        { "a\u061Cb", NameRule.Characters },
        { "a\u200Eb", NameRule.Characters },
        { "a\u200Fb", NameRule.Characters },
        { "a\u2028b", NameRule.Characters },
        { "a\u2029b", NameRule.Characters },
        { "a\u202Ab", NameRule.Characters },
        { "a\u2066b", NameRule.Characters },
        { "a\u2069b", NameRule.Characters },
    };

    [Theory(DisplayName = "A name is refused by the first of rules 7–10 that it breaks")]
    [MemberData(nameof(Broken))]
    public void IsRefused(string sent, NameRule rule)
    {
        Assert.Null(ObjectName.Canonicalise(sent, out var broken));
        Assert.Equal(rule, broken!.Rule);
    }

    [Fact(DisplayName = "The limit is 255 bytes of UTF-8 of the canonical name, however long its encoded form is")]
    public void Length()
    {
        Assert.Equal(MaxLengthName, ObjectName.Canonicalise(MaxLengthName, out _)!.Text);
        Assert.Equal(MaxLengthName, ObjectName.Canonicalise(PercentEncoding.Encode(MaxLengthName), out _)!.Text);
        Assert.Null(ObjectName.Canonicalise(MaxLengthName + "x", out var broken));
        Assert.Equal(new BrokenName(NameRule.Length, 256), broken);
    }

    [Fact(DisplayName = "A link to any accepted name contains it, encoded as any other encoder does")]
    public void Any()
    {
        var character = Gen.OneOf(Gen.Char['\u0020', '\u007e'], Gen.Char["%%%%+/\\. 25DF"], Gen.Char['\u0400', '\u04ff'], Gen.Char);
        character.Array[0, 40].Select(characters => new string(characters)).Sample(sent =>
        {
            if (ObjectName.Canonicalise(sent, out _) is not { } name)
                return;
            Assert.Equal(name, ObjectName.FromLink(name.Encoded));
            Assert.Equal(Uri.EscapeDataString(name.Text), name.Encoded);
            Assert.Equal(name.Text, Uri.UnescapeDataString(name.Encoded));
        }, iter: 5000);
    }

    [Theory(DisplayName = "U+00A0, U+0020 and U+00AD are no control characters")]
    [InlineData("\u00a0")]
    [InlineData("a b")]
    [InlineData("\u00ad")]
    public void NotControl(string sent) => Assert.Equal(sent, ObjectName.Canonicalise(sent, out _)!.Text);

    [Theory(DisplayName = "A segment of a link that could not have been issued is refused")]
    [InlineData("")]
    [InlineData("a%2")]
    [InlineData("a%zz")]
    [InlineData("%2F")]
    [InlineData("%2e%2e")]
    [InlineData("%FF")]
    public void LinkSegment(string segment) => Assert.Null(ObjectName.FromLink(segment));
}
