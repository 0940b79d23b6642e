using Esoz.Platform.Storage;

namespace Esoz.Tests.Platform.Storage;

/// <summary>Links parsed as text.</summary>
public sealed class LinkTextTests
{
    [Theory(DisplayName = "Origin is put in its usual form, path and query stay as they are")]
    [InlineData("https://media.example.ua/b/f/a%2fb%D0%94?X-Expires=1&X-Signature=2", "https://media.example.ua", "/b/f/a%2fb%D0%94",
        "X-Expires=1&X-Signature=2")]
    [InlineData("HTTP://Media.Example.UA:80/b", "http://media.example.ua", "/b", "")]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.1:5080", "/", "")]
    [InlineData("http://127.0.0.1:5080?a=/b", "http://127.0.0.1:5080", "/", "a=/b")]
    [InlineData("https://h/a/../b?c=http://d/e#f", "https://h", "/a/../b", "c=http://d/e")]
    [InlineData("https://h/a#b?c", "https://h", "/a", "")]
    [InlineData("https://h/Договір", "https://h", "/Договір", "")]
    [InlineData("https://[::1]:8443/a", "https://[::1]:8443", "/a", "")]
    public void Parses(string text, string origin, string path, string query) =>
        Assert.Equal(new LinkText(origin, path, query), LinkText.Parse(text));

    [Theory(DisplayName = "A text that is not an http or https URL is not a link")]
    [InlineData("")]
    [InlineData("media.example.ua/b/f/x")]
    [InlineData("/media/b/f/x")]
    [InlineData("ftp://h/x")]
    [InlineData("https://")]
    [InlineData("https:///x")]
    [InlineData("https://h/a b")]
    [InlineData("https://h/a\nb")]
    [InlineData("://h/a")]
    public void Refuses(string text) => Assert.Null(LinkText.Parse(text));
}
