using Esoz.MediaStorage;
using Esoz.SignIn;

namespace Esoz;

/// <summary>The key of the installation, from which those of sign-in are derived (docs/adr/0037-second-factors.md).</summary>
public static class InstallationKey
{
    /// <summary>Its own, else that of the links, else one that is made once in the data directory.</summary>
    public static SignInKeys OfSignIn(Settings settings)
    {
        var (own, links) = (settings.SignIn, settings.MediaStorage);
        return own.Key.Length > 0 ? new(own.Key, Set(own.PreviousKey) ?? Set(links.SigningKey))
            : links.SigningKey.Length > 0 ? new(links.SigningKey, Set(own.PreviousKey) ?? Set(links.PreviousSigningKey))
            : new(SigningKeyFile.ReadOrCreate(settings.DataDirectory));

        static string? Set(string key) => key.Length > 0 ? key : null;
    }
}
