using Esoz.Platform.Storage;

namespace Esoz.MediaStorage;

/// <summary>Links to the files of ambulatory contracts: the bucket, the lifetime and the signer of the backend.</summary>
public sealed class MediaLinks(ILinkSigner signer, Bucket bucket, TimeSpan lifetime, PublicUrl publicUrl, TimeProvider clock)
{
    /// <summary>What a link issued now permits.</summary>
    public LinkGrant Grant(string action, Guid folder, ObjectName name) =>
        new(action, bucket, ObjectKey.Named(folder, name), clock.GetUtcNow(), lifetime);

    public string Sign(LinkGrant grant, HttpRequest request) => signer.Sign(grant, publicUrl.Base(request));
}
