using System.Text.Json.Serialization;
using Esoz.Platform.Schema;

namespace Esoz.SignIn;

/// <summary>Authorize an app: the user allows a client its scopes (sign-in §8).</summary>
public static class AuthorizeApp
{
    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(AuthorizeApp));

    public static readonly MethodCard Card =
        new("authorize-app", "Authorize app", "POST", "/oauth/apps/authorize", Family.SignIn, "app:authorize")
        {
            Purpose = "Makes or widens the approval of a user for a client, and issues an authorization code",
            Bearer = SignInBearer.AccessToken,
            Handle = Handle,
            HasPersonalData = true,
            Body = Schema,
            Validations = Authorization.Consent.Rules,
            Success = StatusCodes.Status201Created,
            Answer = typeof(SignInToken),
            Urgent = typeof(NextAddress),
        };

    public static async Task<Reply> Handle(
        HttpContext context, Caller caller, Body body, Work work, Authorization authorization, CancellationToken ct)
    {
        if (!body.Matches<AuthorizeAppRequest>(Schema, out var request, out var faults))
            return faults;
        var app = request.App;
        var (refusal, code) = await authorization.Grant(work, new(app.ClientId, app.RedirectUri, app.Scope), caller.UserId, ct);
        if (code is null)
            return refusal!;
        context.Response.Headers.Location = code.Location;
        return Reply.Data(code.Token, new NextAddress(code.Location));
    }
}

/// <summary>Body of the request.</summary>
public sealed record AuthorizeAppRequest(RequestedApp App);

/// <param name="ClientId">The provider.</param>
/// <param name="Scope">Names joined by one space; may be null.</param>
public sealed record RequestedApp(Guid ClientId, string RedirectUri, string? Scope);

/// <summary><c>urgent</c> of a consent: where the browser goes.</summary>
public sealed record NextAddress([property: JsonPropertyName("redirect_uri")] string RedirectUri);
