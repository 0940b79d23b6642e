using Esoz.MediaStorage;

namespace Esoz.Tests.MediaStorage;

/// <summary>The key that a sandbox creates for itself.</summary>
public sealed class SigningKeyFileTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"esoz-key-{Guid.NewGuid():n}");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(DisplayName = "It is created once, long enough, readable by its owner only")]
    public void MadeOnce()
    {
        var key = SigningKeyFile.ReadOrCreate(_directory);

        Assert.True(key.Length >= 32);
        Assert.Equal(key, SigningKeyFile.ReadOrCreate(_directory));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Directory.GetFiles(_directory).Single()));
    }

    [Fact(DisplayName = "Concurrent starts get the same key")]
    public async Task Parallel()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => SigningKeyFile.ReadOrCreate(_directory))));

        Assert.Single(keys.Distinct());
    }
}
