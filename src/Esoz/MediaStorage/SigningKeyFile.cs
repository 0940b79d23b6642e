using Esoz.Platform.Access;
using Esoz.Platform.Storage;

namespace Esoz.MediaStorage;

/// <summary>
/// Signing key of a sandbox, created once in the data directory, readable by its owner only. Processes that start at the same time lock the
/// file, so that all of them use the same key.
/// </summary>
public static class SigningKeyFile
{
    private const string FileName = "media-signing-key";

    public static bool Exists(string dataDirectory) => File.Exists(Path.Combine(dataDirectory, FileName));

    /// <exception cref="IOException">The data directory cannot be written, or another process holds the file.</exception>
    public static string ReadOrCreate(string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        using var file = LockFile.OpenOwn(Path.Combine(dataDirectory, FileName));
        using var reader = new StreamReader(file);
        if (reader.ReadToEnd().Trim() is { Length: > 0 } known)
            return known;
        var key = SecretHash.NewSecret();
        using var writer = new StreamWriter(file);
        writer.WriteLine(key);
        writer.Flush();
        file.Flush(flushToDisk: true);
        return key;
    }
}
