using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;

namespace Esoz.Tests;

/// <summary>What a browser fetches to show a page for the first time.</summary>
internal static partial class PageSize
{
    /// <summary>Bytes.</summary>
    public const int Max = 100_000;

    /// <summary>The page with its styles, scripts and pictures, all compressed.</summary>
    /// <param name="cookie">Of the session; null = none.</param>
    public static async Task<int> Of(Registry registry, string address, string? cookie = null)
    {
        var (size, page) = await Get(registry, address, cookie);
        foreach (var asset in Asset().Matches(page).Select(match => match.Value).Distinct())
            size += (await Get(registry, asset, null)).Size;
        return size;
    }

    /// <summary>A page with a secret is not sent compressed: its size would say something about it. Here it counts as if it were.</summary>
    private static async Task<(int Size, string Text)> Get(Registry registry, string address, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "Accept-Encoding", "gzip" } } };
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        using var answer = await registry.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{address}: {answer.StatusCode}");
        var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        if (!answer.Content.Headers.ContentEncoding.Contains("gzip"))
            return (Compressed(bytes), System.Text.Encoding.UTF8.GetString(bytes));
        using var reader = new StreamReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress));
        return (bytes.Length, await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    private static int Compressed(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return compressed.ToArray().Length;
    }

    [GeneratedRegex(@"/assets/[\w.-]+")]
    private static partial Regex Asset();
}
