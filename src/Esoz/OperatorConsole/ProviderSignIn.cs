using System.Security.Claims;
using Esoz.Pages;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Esoz.OperatorConsole;

/// <summary>
/// Signing in to the console by an outside provider: OpenID Connect's code flow with PKCE, state and nonce, by the handler of ASP.NET Core.
/// The provider says who it is; what a user may do, the registry says (docs/adr/0047).
/// </summary>
public sealed partial class ProviderSignIn(
    ProviderOptions provider, PostgresDatabase database, ConsoleSessions sessions, ConsoleSignIn signIn, ILogger<ProviderSignIn> logger)
{
    public const string Path = ConsoleSignIn.Path + "/provider";
    public const string ReturnPath = Path + "/return";
    public const string OutPath = Path + "/out";

    public static PageRoute Page { get; } = Route("console-provider", Path, static (signIn, context) => signIn.Start(context));

    public static PageRoute Return { get; } = Route("console-provider-return", ReturnPath, static (_, context) => Take(context));

    public static PageRoute Out { get; } = Route("console-provider-out", OutPath, static (signIn, context) => signIn.SignOut(context));

    /// <summary>Where the button leads.</summary>
    public static string AddressFor(string then) => $"{Path}?then={Uri.EscapeDataString(then)}";

    /// <summary>The browser comes back, and the provider has said who it is.</summary>
    internal async Task<IResult> Enter(HttpContext context, ClaimsPrincipal claimed, string? then)
    {
        var (user, fault) = await UserOf(claimed, context.RequestAborted);
        Identified.Set(context, null, user);
        if (fault is null && (await sessions.RolesOf(user!.Value, context.RequestAborted)).Count == 0)
            fault = "The user has no role of the console.";
        if (fault is null)
            return await signIn.Begin(context, user!.Value, ConsoleSignIn.Own(then));
        PageRoute.Record(context, Refusal.Forbidden(fault));
        return ConsoleMessages.NotOfRegistry.Page(StatusCodes.Status403Forbidden);
    }

    /// <summary>The provider refused, or the browser brings what was not asked for.</summary>
    internal IResult Refuse(HttpContext context, Exception? fault)
    {
        NotSignedIn(logger, fault);
        PageRoute.Record(context, Refusal.Forbidden("The provider has not signed in the user."));
        return ConsoleMessages.NotSignedIn.Page(StatusCodes.Status400BadRequest);
    }

    private static PageRoute Route(string id, string path, Func<ProviderSignIn, HttpContext, Task<IResult>> handle) =>
        new(id, HttpMethods.Get, path)
        {
            Limits = Family.SignIn,
            Changes = true,
            Handle = (HttpContext context, ProviderSignIn signIn) => signIn.IsServed ? handle(signIn, context)
                : Task.FromResult<IResult>(ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound)),
        };

    private bool IsServed => provider.IsSet;

    private async Task<IResult> Start(HttpContext context)
    {
        HtmlPage.WriteHeaders(context.Response.Headers);
        try
        {
            var handler = await ProviderHandler.Open(context);
            await handler.ChallengeAsync(new() { RedirectUri = ConsoleSignIn.Own(Parameters.OfQuery(context.Request)["then"]) });
            return Results.Empty;
        }
        catch (InvalidOperationException fault)
        {
            return Unreachable(context, fault);
        }
    }

    /// <summary>Ends the session at the provider too; that of the console has ended.</summary>
    private async Task<IResult> SignOut(HttpContext context)
    {
        var options = (await ProviderHandler.Open(context)).Options;
        OpenIdConnectConfiguration metadata;
        try
        {
            metadata = await options.ConfigurationManager!.GetConfigurationAsync(context.RequestAborted);
        }
        catch (InvalidOperationException fault)
        {
            return Unreachable(context, fault);
        }
        if (string.IsNullOrEmpty(metadata.EndSessionEndpoint))
            return new SeeOther(ConsoleSignIn.Path);
        HtmlPage.WriteHeaders(context.Response.Headers);
        return new SeeOther(new OpenIdConnectMessage
        {
            IssuerAddress = metadata.EndSessionEndpoint,
            EnableTelemetryParameters = false,
            ClientId = options.ClientId,
            PostLogoutRedirectUri = AddressOf(context, ConsoleSignIn.Path),
        }.CreateLogoutRequestUrl());
    }

    /// <summary>The handler exchanges the code and calls <see cref="Enter"/> or <see cref="Refuse"/>, which write the answer.</summary>
    private static async Task<IResult> Take(HttpContext context)
    {
        HtmlPage.WriteHeaders(context.Response.Headers);
        await (await ProviderHandler.Open(context)).HandleRequestAsync();
        return Results.Empty;
    }

    /// <summary>The user, who may be unknown, and why nobody is let in.</summary>
    private async Task<(Guid? User, string? Fault)> UserOf(ClaimsPrincipal claimed, CancellationToken ct)
    {
        var claim = provider.UserClaim;
        var isEmail = claim == ProviderOptions.EmailClaim;
        if (claimed.FindFirstValue(claim) is not { Length: > 0 } value || value.Contains('\0'))
            return (null, $"The provider names no {claim}.");
        if (isEmail && !(bool.TryParse(claimed.FindFirstValue("email_verified"), out var verified) && verified))
            return (null, "The provider has not verified the e-mail.");
        await using var command = database.Command(
            $"SELECT id, is_blocked FROM users WHERE {(isEmail ? "lower(email) = lower($1)" : "id::text = lower($1)")}", value);
        await using var row = await command.ExecuteReaderAsync(ct);
        return !await row.ReadAsync(ct) ? (null, "The registry has no such user.")
            : (row.GetGuid(0), row.GetBoolean(1) ? "The user is blocked." : null);
    }

    private HtmlPage Unreachable(HttpContext context, Exception fault)
    {
        NotReached(logger, fault);
        PageRoute.Record(context, new Refusal(RefusalKind.NotReady, "The provider does not answer."));
        return ConsoleMessages.NoProvider.Page(StatusCodes.Status503ServiceUnavailable);
    }

    internal static string AddressOf(HttpContext context, string path) =>
        context.RequestServices.GetRequiredService<PublicUrl>().Base(context.Request) + path;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The OpenID Connect provider does not answer.")]
    private static partial void NotReached(ILogger logger, Exception fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "A sign-in by the OpenID Connect provider failed.")]
    private static partial void NotSignedIn(ILogger logger, Exception? fault);
}
