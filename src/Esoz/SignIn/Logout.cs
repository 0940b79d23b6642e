using Esoz.Platform.Access;

namespace Esoz.SignIn;

/// <summary>API-009-068-0004 Log out (sign-in §11.1).</summary>
public static class Logout
{
    public static readonly MethodCard Card = new("API-009-068-0004", "Log out", "POST", "/auth/logout", Family.SignIn)
    {
        Purpose = "Ends the access token and the refresh token of its session",
        Bearer = SignInBearer.AccessToken,
        Handle = Handle,
        HasPersonalData = false,
        Answer = typeof(Nothing),
    };

    public static async Task<Reply> Handle(PresentedBearer bearer, Work work, Credentials credentials, CancellationToken ct)
    {
        var token = bearer.Hash!.Value;
        await Sessions.End(work, TokenName.Access, token, ct);
        credentials.Forget(token);
        return Reply.Deleted;
    }
}
