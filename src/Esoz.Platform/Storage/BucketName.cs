using System.Net;
using System.Text.RegularExpressions;

namespace Esoz.Platform.Storage;

/// <summary>Rules of each store for the names of buckets (media-storage §4).</summary>
public static partial class BucketName
{
    /// <summary>The reason, in one sentence, why the store would reject the physical name; null when it is valid.</summary>
    public static string? Fault(string physical, StorageBackend backend, bool relaxed) => (backend, relaxed) switch
    {
        (StorageBackend.FileSystem, _) when !PathSafe().IsMatch(physical) || physical is "." or ".." =>
            $"the bucket name '{physical}' must be 1 to 255 of A-Z a-z 0-9 . _ - and neither . nor ..",
        (StorageBackend.S3, true) when !Relaxed().IsMatch(physical) =>
            $"the bucket name '{physical}' must be 3 to 255 of letters, digits, '.', '-' and '_'.",
        (StorageBackend.S3, false) when !Strict().IsMatch(physical) || physical.Contains("..", StringComparison.Ordinal)
            || IPAddress.TryParse(physical, out _) =>
            $"the bucket name '{physical}' is refused by S3, which wants 3 to 63 of a-z 0-9 - . with a letter or digit at both ends, no '..' and no IP address.",
        _ => null,
    };

    /// <summary>The most similar name that every store accepts.</summary>
    public static string Suggestion(string logical) => Unusual().Replace(logical.ToLowerInvariant(), "-").Trim('-');

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,255}\z")]
    private static partial Regex PathSafe();

    [GeneratedRegex(@"^[A-Za-z0-9._-]{3,255}\z")]
    private static partial Regex Relaxed();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z")]
    private static partial Regex Strict();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Unusual();
}
