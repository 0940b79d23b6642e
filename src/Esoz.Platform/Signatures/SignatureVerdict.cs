using System.Text.Json;

namespace Esoz.Platform.Signatures;

/// <summary>What a check found. Whatever stands behind a failed step is not to be believed.</summary>
public sealed record SignatureVerdict
{
    public required SignatureOutcome Outcome { get; init; }

    /// <summary>Steps in the order they were taken; only the last one can have failed.</summary>
    public required IReadOnlyList<SignatureStep> Steps { get; init; }

    /// <summary>The content byte for byte as it was signed; empty when there is none.</summary>
    public ReadOnlyMemory<byte> SignedBytes { get; init; }

    /// <summary>The content without a leading byte order mark and trailing NULs, which signing programs add.</summary>
    public ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>The content as JSON; undefined unless it is.</summary>
    public JsonElement Json { get; init; }

    /// <summary>Who signed; null when no certificate was found, and where signatures are not checked at all.</summary>
    public Signer? Signer { get; init; }

    /// <summary>The time of the time stamp; null when there is none that is good.</summary>
    public DateTimeOffset? StampedAt { get; init; }

    /// <summary>When the signer claims to have signed; nobody vouches for it.</summary>
    public DateTimeOffset? ClaimedAt { get; init; }

    public bool IsAccepted => Outcome == SignatureOutcome.Accepted;
}
