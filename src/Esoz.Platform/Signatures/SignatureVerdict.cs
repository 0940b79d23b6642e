using System.Text.Json;

namespace Esoz.Platform.Signatures;

/// <summary>Result of a check. Data that belongs to steps after a failed one must not be trusted.</summary>
public sealed record SignatureVerdict
{
    public required SignatureOutcome Outcome { get; init; }

    /// <summary>Steps in the order of execution; only the last one can have failed, except in an examination.</summary>
    public required IReadOnlyList<SignatureStep> Steps { get; init; }

    /// <summary>The signed content, byte for byte; empty when there is none.</summary>
    public ReadOnlyMemory<byte> SignedBytes { get; init; }

    /// <summary>The content without a leading byte order mark and trailing NULs, which signing programs add.</summary>
    public ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>The content as JSON; undefined when it is not JSON.</summary>
    public JsonElement Json { get; init; }

    /// <summary>One per signer that was examined; none when signature checks are disabled.</summary>
    public required IReadOnlyList<SignerFacts> Signers { get; init; }

    /// <summary>The signer; null when no certificate was found or signature checks are disabled.</summary>
    public Signer? Signer => Signers.Count > 0 ? Signers[0].Signer : null;

    /// <summary>The time of the time stamp; null when there is no valid one.</summary>
    public DateTimeOffset? StampedAt => Signers.Count > 0 ? Signers[0].StampedAt : null;

    /// <summary>Signing time claimed by the signer; not verified.</summary>
    public DateTimeOffset? ClaimedAt => Signers.Count > 0 ? Signers[0].ClaimedAt : null;

    public bool IsAccepted => Outcome == SignatureOutcome.Accepted;
}
