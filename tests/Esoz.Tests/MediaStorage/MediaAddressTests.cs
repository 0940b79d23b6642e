using Esoz.MediaStorage;
using Microsoft.AspNetCore.Http;

namespace Esoz.Tests.MediaStorage;

/// <summary>Which requests are for media links.</summary>
public sealed class MediaAddressTests
{
    private const string Link = "/b/c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f/x";

    [Theory(DisplayName = "A request is recognised as one for a media link, or not")]
    [InlineData("", "/media" + Link + "?q", "any", Link)]
    [InlineData("", "/media/b/../x", "any", "/b/../x")]
    [InlineData("", "/media", "any", "")]
    [InlineData("", "http://any/media" + Link + "?q=http://x/", "any", Link)]
    [InlineData("", "/mediae" + Link, "any", null)]
    [InlineData("", Link, "any", null)]
    [InlineData("", "/api/media" + Link, "any", null)]
    [InlineData("", "*", "any", null)]
    [InlineData("https://api.example.ua/files/v1", "/files/v1" + Link, "inside:8080", Link)]
    [InlineData("https://api.example.ua/files/v1", "/media" + Link, "api.example.ua", null)]
    [InlineData("https://media.example.ua", Link + "?q", "media.example.ua", Link)]
    [InlineData("https://media.example.ua", Link, "MEDIA.example.ua", Link)]
    [InlineData("https://media.example.ua", Link, "api.example.ua", null)]
    [InlineData("https://media.example.ua", "/api/pis/bulk", "media.example.ua", null)]
    [InlineData("https://media.example.ua", "/api/employee_roles/c4f1e2d3-0b9a-4d58-8c67-1a2b3c4d5e6f", "media.example.ua", null)]
    [InlineData("http://127.0.0.1:5080", Link, "127.0.0.1:5080", Link)]
    [InlineData("http://127.0.0.1:5080", Link, "127.0.0.1:5081", null)]
    public void Locates(string publicUrl, string target, string host, string? path) =>
        Assert.Equal(path, new MediaAddress(publicUrl).Locate(target, new HostString(host)));
}
