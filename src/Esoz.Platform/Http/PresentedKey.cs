using Microsoft.AspNetCore.Http.Features;

namespace Esoz.Platform.Http;

/// <summary>
/// The api-key beside a token that needs none, for a method that asks for one itself (sign-in §12). The access journal names a valid one.
/// </summary>
public sealed class PresentedKey
{
    private readonly HttpContext _context;

    private PresentedKey(HttpContext context, bool isSent, Guid? clientId) => (_context, IsSent, ClientId) = (context, isSent, clientId);

    /// <summary>The header is present and not empty.</summary>
    public bool IsSent { get; }

    /// <summary>
    /// Owner of the key; null when it is unknown, expired, its client may not work, or the connection does not show its certificate.
    /// </summary>
    public Guid? ClientId { get; }

    public static async ValueTask<PresentedKey?> BindAsync(HttpContext context)
    {
        var request = context.Features.GetRequiredFeature<GatewayRequest>();
        var sent = CredentialSteps.KeyOf(context.Request);
        if (sent is { } hash)
            request.Key ??= await request.Gateway.Credentials.FindKey(hash);
        return new(context, sent is not null, CredentialSteps.Unbound(request) is null ? request.Key?.ClientId : null);
    }

    /// <summary>The answer says that a key is asked for.</summary>
    public void Challenge() => _context.Response.Headers.WWWAuthenticate = CredentialSteps.KeyIsSet.Challenge;
}
