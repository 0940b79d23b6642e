using Esoz.Platform.Storage;
using Esoz.Tests.Platform.Storage;

namespace Esoz.Tests.MediaStorage;

/// <summary>Explanations of links of an S3-compatible store, compared with a real one.</summary>
public sealed class LinkExplanationS3Tests(RadosGateway gateway) : LinkExplanationContract, IAsyncLifetime
{
    private S3Options? _options;
    private S3Store? _store;

    protected override ILinkSigner Signer => new S3LinkSigner(_options!);

    protected override IObjectStore Store => _store!;

    protected override Bucket Bucket => gateway.Bucket;

    protected override string ServerBase => "";

    public async ValueTask InitializeAsync()
    {
        _options = await gateway.Required();
        _store = new S3Store(_options, TimeProvider.System);
    }

    public ValueTask DisposeAsync()
    {
        _store?.Dispose();
        return default;
    }

    protected override string Part(string part) => part switch
    {
        "signature" or "spoiled" => "^X-Amz-(Signature|Expires)$",
        "parameters" => "^X-Amz-Credential$",
        _ => $"^{part}$",
    };
}
