using System.Text;
using Esoz.Platform.Configuration;
using Esoz.Platform.Storage;

namespace Esoz.MediaStorage;

/// <summary>Settings of signed links and of the embedded store that serves them (media-storage §2, §6).</summary>
public sealed record MediaStorageOptions
{
    private const int MinKeyLength = 32;

    /// <summary>
    /// Key of the links; empty in sandbox mode, where one is created in the data directory (<see cref="SigningKeyFile"/>).
    /// </summary>
    public required string SigningKey { get; init; }

    /// <summary>Previous key, whose links still work; empty = none.</summary>
    public required string PreviousSigningKey { get; init; }

    /// <summary>
    /// Prefix of the links without a trailing slash; empty = the server's own base and <c>/media</c>, with S3 the endpoint. With S3 it has
    /// no path: the signature covers the path that the store sees.
    /// </summary>
    public required string PublicUrl { get; init; }

    /// <summary>Largest upload through a link of the embedded store.</summary>
    public required long MaxObjectBytes { get; init; }

    /// <summary>Types of files that the embedded store and the console take.</summary>
    public FileTypes FileTypes { get; init; } = FileTypes.Any;

    /// <summary>How long a link is valid, in whole seconds.</summary>
    public required TimeSpan LinkLifetime { get; init; }

    public static MediaStorageOptions Read(SettingReader read, StorageBackend backend, Mode mode)
    {
        var options = new MediaStorageOptions
        {
            SigningKey = read.Secret("MEDIA_STORAGE_SIGNING_KEY", Key),
            PreviousSigningKey = read.Secret("MEDIA_STORAGE_SIGNING_KEY_PREVIOUS", Key),
            PublicUrl = read.Parsed("MEDIA_STORAGE_PUBLIC_URL", "", Prefix),
            MaxObjectBytes = read.Bytes("MEDIA_STORAGE_MAX_OBJECT_BYTES", 100 * 1024 * 1024),
            FileTypes = read.Parsed("MEDIA_STORAGE_FILE_TYPES", "", FileTypes.Parse),
            LinkLifetime = TimeSpan.FromSeconds(read.Integer("SECRETS_TTL", 600, 1, 604800)),
        };
        if (mode == Mode.Production && backend == StorageBackend.FileSystem && options.SigningKey.Length == 0)
            read.Fault(
                "ESOZ_MODE=production needs MEDIA_STORAGE_SIGNING_KEY (or MEDIA_STORAGE_SIGNING_KEY_FILE); make one with: openssl rand -hex 32");
        if (backend == StorageBackend.S3 && options.PublicUrl.Length > 0 && new Uri(options.PublicUrl).AbsolutePath != "/")
            read.Fault(
                "MEDIA_STORAGE_PUBLIC_URL must have no path with OBJECT_STORAGE_BACKEND=s3: links are signed for the path in the store.");
        return options;
    }

    /// <summary>Creates the signer of links to the configured store.</summary>
    /// <param name="dataDirectory">Stores the signing key of a sandbox.</param>
    public ILinkSigner Signer(StorageOptions storage, string dataDirectory) => storage.Backend switch
    {
        StorageBackend.FileSystem => EmbeddedSigner(dataDirectory),
        StorageBackend.S3 => new S3LinkSigner(storage.S3, PublicUrl),
    };

    private EmbeddedLinkSigner EmbeddedSigner(string dataDirectory)
    {
        var key = SigningKey.Length > 0 ? SigningKey : SigningKeyFile.ReadOrCreate(dataDirectory);
        return new(
            PublicUrl, Encoding.UTF8.GetBytes(key), PreviousSigningKey.Length > 0 ? Encoding.UTF8.GetBytes(PreviousSigningKey) : null);
    }

    private static string Key(string text) =>
        Encoding.UTF8.GetByteCount(text) >= MinKeyLength ? text
            : throw new FormatException($"must be at least {MinKeyLength} bytes long; make one with: openssl rand -hex 32");

    private static string Prefix(string text)
    {
        if (text.Length == 0)
            return text;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            && url.Query.Length == 0 && url.Fragment.Length == 0 && url.UserInfo.Length == 0
            ? $"{url.Scheme}://{url.Authority}{url.AbsolutePath.TrimEnd('/')}"
            : throw new FormatException(
                $"must be a URL without query, such as https://media.example.ua or https://api.example.ua/media, but is '{text}'");
    }
}
