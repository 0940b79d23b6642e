using System.Globalization;
using Esoz.MediaStorage;
using Esoz.Platform.Storage;

namespace Esoz.Cli.Commands;

/// <summary>
/// <c>media explain</c>: what a link to a contract file is for, and why it would be refused. Needs no database and changes nothing.
/// </summary>
public static class MediaCommand
{
    private const string Instant = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static Command Create() => new("media", "Contract files and the links to them.") { Explain() };

    private static Command Explain()
    {
        var url = new Argument<string>("URL")
        {
            Description = "The link, or - to read it from standard input and keep it out of the shell history.",
        };
        return new Command("explain",
            "Explains what a link is for and why a request with it would fail; exit code 0 when it would work. Never prints a key or a signature.")
        { url, CommandLine.Json }.Runs(async (parsed, ct) =>
        {
            var text = parsed.GetValue(url)! is "-" ? await Console.In.ReadToEndAsync(ct) : parsed.GetValue(url)!;
            var link = LinkText.Parse(text.Trim())
                ?? throw new UsageException("Not a link: it must be the complete URL from the answer, beginning with http:// or https://.");
            var settings = CommandLine.Settings(parsed);
            var explanation = await Of(link, settings, TimeProvider.System, ct);
            await CommandLine.Print(parsed, AsObject(explanation, settings), _ => AsText(explanation, settings));
            return explanation.Works ? CommandLine.Done : CommandLine.Failed;
        });
    }

    private static async Task<LinkExplanation> Of(LinkText link, Settings settings, TimeProvider clock, CancellationToken ct)
    {
        var isEmbedded = settings.Storage.Backend == StorageBackend.FileSystem;
        if (isEmbedded && settings.MediaStorage.SigningKey.Length == 0 && !SigningKeyFile.Exists(settings.DataDirectory))
            throw new CommandException(
                $"There is no signing key in {settings.DataDirectory}. Set ESOZ_DATA_DIR to the data directory of the server, or set its MEDIA_STORAGE_SIGNING_KEY.");
        using var store = settings.Storage.Open(clock);
        var bucket = settings.Buckets.AmbulatoryContracts;
        // The embedded store would create its directories to answer this.
        var away = isEmbedded ? null : await store.Reach(bucket, ct);
        var read = settings.MediaStorage.Signer(settings.Storage, settings.DataDirectory).Read(link, settings.PublicBaseUrl);
        return await LinkExplanation.Of(read, bucket, store, away, clock.GetUtcNow(), ct);
    }

    private static string AsText(LinkExplanation it, Settings settings)
    {
        var (physical, logical) = (it.Link.Bucket, LogicalName(it, settings));
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine(
            $"bucket   {physical ?? "cannot be read"}{(logical is null || logical == physical ? "" : $", logical name {logical}")}");
        text.WriteLine($"key      {it.Link.Key?.Text ?? "cannot be read"}");
        text.WriteLine($"verb     {it.Link.Verb ?? "unknown: only a valid signature reveals it"}");
        text.WriteLine(
            $"expires  {(ExpiresAt(it) is { } expires ? expires.ToString(Instant, CultureInfo.InvariantCulture) : "cannot be read")}");
        if (it.WasChecked)
            text.WriteLine(
                $"object   {(it.Object is { } found ? $"{found.Length} bytes, uploaded {found.LastModified.UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture)}" : "none")}");
        foreach (var reason in it.Reasons)
            text.WriteLine($"refused  {reason}");
        if (it.Works)
            text.WriteLine("works");
        return text.ToString();
    }

    private static object AsObject(LinkExplanation it, Settings settings) => new
    {
        it.Works,
        Bucket = LogicalName(it, settings),
        PhysicalBucket = it.Link.Bucket,
        Key = it.Link.Key?.Text,
        it.Link.Verb,
        ExpiresAt = ExpiresAt(it),
        it.Object,
        it.Reasons,
    };

    private static string? LogicalName(LinkExplanation it, Settings settings) =>
        settings.Buckets.All.FirstOrDefault(bucket => bucket.Physical == it.Link.Bucket)?.Logical;

    private static DateTime? ExpiresAt(LinkExplanation it) => it.Link.ExpiresAt is { } second and >= 0 and <= 253402300799
        ? DateTimeOffset.FromUnixTimeSeconds(second).UtcDateTime : null;
}
