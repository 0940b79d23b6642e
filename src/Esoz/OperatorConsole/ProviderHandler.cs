using System.Text.Encodings.Web;
using Esoz.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Esoz.OperatorConsole;

/// <summary>
/// The OpenID Connect handler of ASP.NET Core as <see cref="ProviderSignIn"/> needs it: called by its pages, and not by a middleware, which
/// would take requests before the gateway.
/// </summary>
internal static class ProviderHandler
{
    private static readonly AuthenticationScheme Scheme = new("provider", displayName: null, typeof(OpenIdConnectHandler));

    public static void AddProviderHandler(this IServiceCollection services, ProviderOptions provider, bool isBehindTls)
    {
        services.Configure<OpenIdConnectOptions>(Scheme.Name, options => Configure(options, provider, isBehindTls));
        services.AddSingleton<IPostConfigureOptions<OpenIdConnectOptions>>(services =>
            new OpenIdConnectPostConfigureOptions(new Protection(services.GetRequiredService<SignInKeys>(), Scheme.Name)));
    }

    /// <summary>The handler for one request.</summary>
    public static async Task<OpenIdConnectHandler> Open(HttpContext context)
    {
        var services = context.RequestServices;
        var handler = new OpenIdConnectHandler(services.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>(),
            services.GetRequiredService<ILoggerFactory>(), HtmlEncoder.Default, UrlEncoder.Default);
        await handler.InitializeAsync(Scheme, context);
        return handler;
    }

    private static void Configure(OpenIdConnectOptions options, ProviderOptions provider, bool isBehindTls)
    {
        options.Authority = provider.Issuer;
        options.RequireHttpsMetadata = provider.Issuer.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        options.ClientId = provider.ClientId;
        options.ClientSecret = provider.ClientSecret.Length > 0 ? provider.ClientSecret : null;
        options.ResponseType = OpenIdConnectResponseType.Code;
        // A form that another origin sends would come without cookies that are SameSite=Lax.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.CallbackPath = ProviderSignIn.ReturnPath;
        options.UsePkce = true;
        options.DisableTelemetry = true;
        options.Scope.Clear();
        options.Scope.Add("openid");
        options.Scope.Add("email");
        options.GetClaimsFromUserInfoEndpoint = true;
        options.MapInboundClaims = false;
        options.ClaimActions.MapUniqueJsonKey("email_verified", "email_verified");
        if (provider.UserClaim is not (ProviderOptions.EmailClaim or "sub"))
            options.ClaimActions.MapUniqueJsonKey(provider.UserClaim, provider.UserClaim);
        // The console has sessions of its own: nobody is signed in by this scheme.
        options.SignInScheme = "none";
        foreach (var cookie in (CookieBuilder[])[options.CorrelationCookie, options.NonceCookie])
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = isBehindTls ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        }
        options.Events = new()
        {
            OnRedirectToIdentityProvider = static context =>
            {
                context.ProtocolMessage.RedirectUri = ProviderSignIn.AddressOf(context.HttpContext, ProviderSignIn.ReturnPath);
                return Task.CompletedTask;
            },
            OnTicketReceived = static async context =>
            {
                context.HandleResponse();
                var answer = await Of(context.HttpContext).Enter(context.HttpContext, context.Principal!, context.ReturnUri);
                await answer.ExecuteAsync(context.HttpContext);
            },
            OnRemoteFailure = static async context =>
            {
                context.HandleResponse();
                await Of(context.HttpContext).Refuse(context.HttpContext, context.Failure).ExecuteAsync(context.HttpContext);
            },
        };
    }

    private static ProviderSignIn Of(HttpContext context) => context.RequestServices.GetRequiredService<ProviderSignIn>();

    /// <summary>
    /// What the browser carries meanwhile, state and nonce, is encrypted with a key of the installation: the browser may come back to
    /// another node.
    /// </summary>
    private sealed class Protection(SignInKeys keys, string of) : IDataProtector
    {
        public IDataProtector CreateProtector(string purpose) => new Protection(keys, $"{of} {purpose}");

        public byte[] Protect(byte[] plaintext) => keys.Protect(of, plaintext);

        public byte[] Unprotect(byte[] protectedData) => keys.Unprotect(of, protectedData);
    }
}
