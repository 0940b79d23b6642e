using System.Security.Cryptography;
using Esoz.Platform.Signatures;
using Esoz.Platform.Storage;

namespace Esoz.Compositions;

/// <summary>Signature check and storage of signed orders, for the tasks that process them.</summary>
public sealed class CompositionSignatures(
    SignatureCheck check, SignatureOptions options, IObjectStore store, Bucket bucket, ILogger<CompositionSignatures> log)
{
    /// <summary>
    /// Everything that an order in such a container would be refused for, whoever the author is: 1901 to 1907, in their order.
    /// </summary>
    public static IReadOnlyList<Refusal> RefusalsOf(SignatureVerdict verdict)
    {
        var refusals = verdict.Steps.Where(step => !step.IsPassed).Select(step => SignedContent.RefusalOf(step.Outcome)).OfType<Refusal>();
        var hasTaxpayer = verdict.Signers.All(facts => facts.Signer is not { } signer || signer.Compare("") != SignerMatch.Missing);
        return [.. (hasTaxpayer ? refusals : refusals.Append(SignedContent.NoTaxpayer)).DistinctBy(refusal => refusal.Code)];
    }

    internal SignedContent Read(SignedOrder order) => SignedContent.Read(order, check, options.Enabled, log);

    /// <summary>Stores the order unchanged. It is written before the change that it orders, and again when the task is retried.</summary>
    /// <param name="name">signed_content or cancel_content.</param>
    internal async Task<KeptContent> Keep(SignedOrder order, string name, CancellationToken ct)
    {
        var key = ObjectKey.Plain($"{order.CompositionId}/{name}.p7s");
        using var content = new MemoryStream(order.Container);
        await store.Write(bucket, key, content, ct);
        return new(key.Text, Convert.ToHexStringLower(SHA256.HashData(order.Container)));
    }
}

/// <summary>A stored order.</summary>
/// <param name="Key">Of the object.</param>
/// <param name="Digest">SHA-256 of its content, lower-case hexadecimal.</param>
internal sealed record KeptContent(string Key, string Digest);
