using Esoz.Platform.Configuration;
using Esoz.Platform.Storage;

namespace Esoz.Tests.Platform.Storage;

/// <summary>Settings of storage: which prevent the start, and with what message (media-storage §4, §5).</summary>
public sealed class StorageOptionsTests
{
    [Theory(DisplayName = "Each store has its own rule for the names of buckets")]
    [InlineData("ambulatory_contracts", true, false, true)]
    [InlineData("ambulatory-contracts", true, true, true)]
    [InlineData("a", true, false, false)]
    [InlineData("abc", true, true, true)]
    [InlineData("Contracts", true, false, true)]
    [InlineData("..", false, false, false)]
    [InlineData(".", false, false, false)]
    [InlineData("...", true, false, true)]
    [InlineData("a/b", false, false, false)]
    [InlineData("договори", false, false, false)]
    [InlineData("a..b", true, false, true)]
    [InlineData("-abc", true, false, true)]
    [InlineData("abc-", true, false, true)]
    [InlineData("192.168.5.4", true, false, true)]
    [InlineData("", false, false, false)]
    public void BucketNames(string name, bool fileSystem, bool s3, bool relaxed) => Assert.Equal((fileSystem, s3, relaxed), (
        BucketName.Fault(name, StorageBackend.FileSystem, false) is null,
        BucketName.Fault(name, StorageBackend.S3, false) is null,
        BucketName.Fault(name, StorageBackend.S3, true) is null));

    [Theory(DisplayName = "S3 takes 63 characters, its relaxed form and the file system 255")]
    [InlineData(63, true, true)]
    [InlineData(64, true, false)]
    [InlineData(255, true, false)]
    [InlineData(256, false, false)]
    public void BucketNameLengths(int length, bool relaxedAndFileSystem, bool s3)
    {
        var name = new string('a', length);

        Assert.Equal((relaxedAndFileSystem, relaxedAndFileSystem, s3), (
            BucketName.Fault(name, StorageBackend.FileSystem, false) is null,
            BucketName.Fault(name, StorageBackend.S3, true) is null,
            BucketName.Fault(name, StorageBackend.S3, false) is null));
    }

    [Fact(DisplayName = "Without settings everything lies under the data directory, in buckets of the sandbox")]
    public void Defaults()
    {
        var settings = Read(("ESOZ_DATA_DIR", "/data"));

        Assert.Equal((StorageBackend.FileSystem, "/data/objects"), (settings.Storage.Backend, settings.Storage.Root));
        Assert.Equal(new Bucket("ambulatory_contracts-dev", "ambulatory_contracts-dev"), settings.Buckets.AmbulatoryContracts);
        Assert.Equal(new Bucket("bulk-actions", "bulk-actions"), settings.Buckets.BulkActions);
        Assert.Equal(new Bucket("compositions", "compositions"), settings.Buckets.Compositions);
        Assert.Equal((104857600L, 600.0), (settings.MediaStorage.MaxObjectBytes, settings.MediaStorage.LinkLifetime.TotalSeconds));
    }

    [Fact(DisplayName = "Production uses the bucket of production, under the name that the store knows")]
    public void Mapped()
    {
        var settings = Read(
            [.. S3, ("ESOZ_MODE", "production"), ("ESOZ_DATABASE", "Host=db"),
                ("OBJECT_STORAGE_BUCKET_MAP", "ambulatory_contracts=ambulatory-contracts, x=y")]);

        Assert.Equal(new Bucket("ambulatory_contracts", "ambulatory-contracts"), settings.Buckets.AmbulatoryContracts);
    }

    [Theory(DisplayName = "The environment names the bucket of contract files; an explicit name wins")]
    [InlineData("prod", "ambulatory_contracts")]
    [InlineData("preprod", "ambulatory_contracts-preprod")]
    [InlineData("demo", "ambulatory_contracts-demo")]
    [InlineData("dev", "ambulatory_contracts-dev")]
    public void Environments(string environment, string bucket)
    {
        Assert.Equal(bucket, Read(("ESOZ_ENVIRONMENT", environment)).Buckets.AmbulatoryContracts.Logical);
        Assert.Equal("mine", Read(("ESOZ_ENVIRONMENT", environment), ("MEDIA_STORAGE_AMBULATORY_CONTRACTS_BUCKET", "mine"))
            .Buckets.AmbulatoryContracts.Logical);
    }

    public static TheoryData<string, (string, string)[]> Faults => new()
    {
        { "MEDIA_STORAGE_AMBULATORY_CONTRACTS_BUCKET: the bucket name 'ambulatory_contracts-dev' is refused by S3, which wants 3 to 63 of a-z 0-9 - . with a letter or digit at both ends, no '..' and no IP address. Set OBJECT_STORAGE_BUCKET_MAP=ambulatory_contracts-dev=ambulatory-contracts-dev (or another name that the store accepts).", S3 },
        { "OBJECT_STORAGE_BACKEND=s3 needs OBJECT_STORAGE_S3_ENDPOINT.",
            [("OBJECT_STORAGE_BACKEND", "s3"), ("OBJECT_STORAGE_S3_RELAXED_BUCKET_NAMES", "true"), ("OBJECT_STORAGE_S3_ACCESS_KEY_ID", "k"),
                ("OBJECT_STORAGE_S3_SECRET_ACCESS_KEY", "s")] },
        { "ESOZ_ENVIRONMENT must be one of dev, demo, preprod, prod, but is 'production'.", [("ESOZ_ENVIRONMENT", "production")] },
        { "MEDIA_STORAGE_PUBLIC_URL must have no path with OBJECT_STORAGE_BACKEND=s3: links are signed for the path in the store.",
            [.. S3, ("OBJECT_STORAGE_S3_RELAXED_BUCKET_NAMES", "true"), ("MEDIA_STORAGE_PUBLIC_URL", "https://media.example.ua/files")] },
        { "ESOZ_CORS_ORIGINS: must be origins such as https://portal.example.ua, separated by commas, or *, but has 'portal.example.ua/'",
            [("ESOZ_CORS_ORIGINS", "https://a.example.ua, portal.example.ua/")] },
        { "OBJECT_STORAGE_BACKEND must be one of filesystem, s3, but is 'gcs'.", [("OBJECT_STORAGE_BACKEND", "gcs")] },
        { "OBJECT_STORAGE_BUCKET_MAP: must be a list of logical=physical, separated by commas, but one entry is 'a'",
            [("OBJECT_STORAGE_BUCKET_MAP", "a")] },
        { "OBJECT_STORAGE_BUCKET_MAP: names the bucket 'a' twice", [("OBJECT_STORAGE_BUCKET_MAP", "a=b,a=c")] },
        { "The buckets bulk-actions and compositions are both 'one' in the object store: configure a separate bucket for each (MEDIA_STORAGE_…_BUCKET, OBJECT_STORAGE_BUCKET_MAP).", [("OBJECT_STORAGE_BUCKET_MAP", "bulk-actions=one,compositions=one")] },
        { "ESOZ_MODE=production needs MEDIA_STORAGE_SIGNING_KEY (or MEDIA_STORAGE_SIGNING_KEY_FILE); make one with: openssl rand -hex 32",
            [("ESOZ_MODE", "production"), ("ESOZ_DATABASE", "Host=db")] },
        { "MEDIA_STORAGE_SIGNING_KEY must be at least 32 bytes long; make one with: openssl rand -hex 32.",
            [("MEDIA_STORAGE_SIGNING_KEY", "0123456789012345678901234567890")] },
        { "MEDIA_STORAGE_SIGNING_KEY_PREVIOUS must be at least 32 bytes long; make one with: openssl rand -hex 32.",
            [("MEDIA_STORAGE_SIGNING_KEY_PREVIOUS", "short")] },
        { "SECRETS_TTL must be a whole number from 1 to 604800, but is '604801'.", [("SECRETS_TTL", "604801")] },
        { "MEDIA_STORAGE_MAX_OBJECT_BYTES must be a number of bytes above zero, but is '0'.", [("MEDIA_STORAGE_MAX_OBJECT_BYTES", "0")] },
        { "MEDIA_STORAGE_PUBLIC_URL: must be a URL without query, such as https://media.example.ua or https://api.example.ua/media, but is 'media.example.ua'", [("MEDIA_STORAGE_PUBLIC_URL", "media.example.ua")] },
        { "OBJECT_STORAGE_S3_ENDPOINT: must be a scheme, a host and an optional port, such as https://s3.example.ua, but is 'http://h/p'",
            [("OBJECT_STORAGE_S3_ENDPOINT", "http://h/p")] },
    };

    [Theory(DisplayName = "A wrong setting stops the start with what to do about it")]
    [MemberData(nameof(Faults))]
    public void Refuses(string fault, (string, string)[] given) =>
        Assert.Equal([fault], Assert.Throws<SettingsException>(() => Read(given)).Faults);

    private static (string, string)[] S3 =>
    [
        ("OBJECT_STORAGE_BACKEND", "s3"), ("OBJECT_STORAGE_S3_ENDPOINT", "http://127.0.0.1:7480"),
        ("OBJECT_STORAGE_S3_ACCESS_KEY_ID", "k"), ("OBJECT_STORAGE_S3_SECRET_ACCESS_KEY", "s"),
    ];

    private static Settings Read(params (string Name, string Value)[] given) =>
        Settings.Read(given.ToDictionary(it => it.Name, it => it.Value));
}
