using Esoz.Platform.Signatures;
using Esoz.Platform.Storage;

namespace Esoz.Compositions;

/// <summary>What the tasks that take signed orders need: how a signature is checked, and where the order is kept.</summary>
public sealed class CompositionSignatures(
    SignatureCheck check, SignatureOptions options, IObjectStore store, Bucket bucket, ILogger<CompositionSignatures> log)
{
    internal SignedContent Read(SignedOrder order) => SignedContent.Read(order, check, options.Enabled, log);

    /// <summary>Keeps the order as it came. It is written before the change that it orders, and once more when that is repeated.</summary>
    /// <param name="name">signed_content or cancel_content.</param>
    /// <returns>Its key.</returns>
    internal async Task<string> Keep(SignedOrder order, string name, CancellationToken ct)
    {
        var key = ObjectKey.Plain($"{order.CompositionId}/{name}.p7s");
        using var content = new MemoryStream(order.Container);
        await store.Write(bucket, key, content, ct);
        return key.Text;
    }
}
