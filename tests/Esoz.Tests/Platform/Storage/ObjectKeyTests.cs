using Esoz.Platform.Storage;

namespace Esoz.Tests.Platform.Storage;

/// <summary>The two kinds of keys.</summary>
public sealed class ObjectKeyTests
{
    [Theory(DisplayName = "A key that the program creates is a safe path")]
    [InlineData("employees/current.json")]
    [InlineData("employees/2026-03-02T01-00-00Z_7b3f/depth-30.json.gz")]
    [InlineData("c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/signed_content.p7s")]
    [InlineData("_x")]
    [InlineData("c4")]
    public void Plain(string key) => Assert.Equal((key, key), (ObjectKey.Plain(key).Text, ObjectKey.Plain(key).Encoded));

    [Theory(DisplayName = "Any other key is refused")]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("a/.hidden")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("Договір")]
    [InlineData("c4/c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/x")]
    public void NotPlain(string key)
    {
        Assert.False(ObjectKey.IsPlain(key));
        Assert.Throws<ArgumentException>(() => ObjectKey.Plain(key));
    }

    [Fact(DisplayName = "A named key is folder and name, encoded per segment in links")]
    public void Named()
    {
        var key = ObjectKey.Named(Guid.Parse("C4F1E2D3-0B9A-4D58-8C67-1A2B3C4D5E6F"), ObjectName.Canonicalise("a b", out _)!);

        Assert.Equal("c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/a b", key.Text);
        Assert.Equal("c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/a%20b", key.Encoded);
    }
}
