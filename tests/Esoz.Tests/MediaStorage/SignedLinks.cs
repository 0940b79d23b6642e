using Esoz.Platform;
using Esoz.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Esoz.Tests.MediaStorage;

/// <summary>Links by the signer of a running server.</summary>
internal static class SignedLinks
{
    /// <summary>Who asked for the links of tests.</summary>
    public static LinkHolder Holder { get; } = new(
        Guid.Parse("a1b2c3d4-0b9a-4d58-8c67-1a2b3c4d5e6f"), Guid.Parse("0d1e2f3a-0b9a-4d58-8c67-1a2b3c4d5e6f"));

    /// <param name="age">How long ago it was issued; it lives for ten minutes.</param>
    public static string Link(this Registry registry, string verb, Guid folder, string name, TimeSpan age = default) =>
        registry.Services.GetRequiredService<ILinkSigner>().Sign(new LinkGrant(verb, registry.Settings.Buckets.AmbulatoryContracts,
            ObjectKey.Named(folder, ObjectName.FromLink(PercentEncoding.Encode(name))!), registry.Clock.GetUtcNow() - age,
            TimeSpan.FromSeconds(600), Holder),
            registry.Url.GetLeftPart(UriPartial.Authority));

    /// <summary>The link as it stands in a request line.</summary>
    public static string Target(this Registry registry, string verb, Guid folder, string name) =>
        new Uri(registry.Link(verb, folder, name)).PathAndQuery;
}
