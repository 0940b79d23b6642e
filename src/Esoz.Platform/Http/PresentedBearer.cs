using Esoz.Platform.Access;

namespace Esoz.Platform.Http;

/// <summary>The bearer token of a request whose method checks it itself (<see cref="SignInBearer.Own"/>).</summary>
/// <param name="Hash">Null when the Authorization header carries none.</param>
public readonly record struct PresentedBearer(SecretHash? Hash)
{
    public static ValueTask<PresentedBearer> BindAsync(HttpContext context) =>
        new(new PresentedBearer(CredentialSteps.BearerOf(context.Request)));
}
